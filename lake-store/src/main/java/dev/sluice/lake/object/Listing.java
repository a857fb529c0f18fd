package dev.sluice.lake.object;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Questions for what lies in a bucket, and the pages that answer them. Empty text means "not
 * asked".
 */
public final class Listing {
  private Listing() {}

  /** Which keys: with a prefix, rolled up at a delimiter, after a marker, at most so many. */
  public record Query(String prefix, String delimiter, String marker, int max) {}

  /**
   * Which versions: as {@link Query}, after one version of the marker key if a version marker is
   * there.
   */
  public record VersionQuery(Query keys, Optional<String> versionMarker) {}

  /** One line of a page of keys. */
  public record Entry(String key, long size, String etag, Instant modified, String checksumName) {
    static Entry of(ObjectVersion version) {
      return new Entry(
          version.key(),
          version.size(),
          version.etag(),
          version.modified(),
          version.checksum().map(each -> each.algorithm().name()).orElse(""));
    }
  }

  /** A page of keys; the marker for the next one when it is truncated. */
  public record Page(List<Entry> entries, List<String> prefixes, Optional<String> next) {}

  /** One version, and whether it is the current one. */
  public record VersionEntry(ObjectVersion version, boolean latest) {}

  /** Where the next page of versions starts. */
  public record VersionMarker(String key, Optional<String> versionId) {}

  /** A page of versions. */
  public record VersionPage(
      List<VersionEntry> entries, List<String> prefixes, Optional<VersionMarker> next) {}

  /**
   * Which uploads: as {@link Query}, after one upload of the marker key if an upload marker is
   * there.
   */
  public record UploadQuery(Query keys, Optional<String> uploadMarker) {}

  /** Where the next page of uploads starts. */
  public record UploadMarker(String key, Optional<String> uploadId) {}

  /** A page of uploads. */
  public record UploadPage(
      List<Upload> entries, List<String> prefixes, Optional<UploadMarker> next) {}
}
