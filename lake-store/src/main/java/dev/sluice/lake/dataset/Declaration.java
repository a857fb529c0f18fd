package dev.sluice.lake.dataset;

import java.util.List;

/**
 * What people say of a dataset.
 *
 * @param prefix of the keys of its objects; empty for all of the bucket
 * @param onCall whom to call when something is wrong with it; texts may be empty
 */
public record Declaration(
    String name,
    String bucket,
    String prefix,
    String description,
    String owner,
    String onCall,
    List<String> tags) {
  public Declaration {
    tags = List.copyOf(tags);
  }

  boolean samePlace(Declaration other) {
    return bucket.equals(other.bucket) && prefix.equals(other.prefix);
  }

  /** As lineage names it. */
  public String location() {
    return "s3://" + bucket + "/" + prefix;
  }
}
