package dev.sluice.lake.object;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One version of an object, or a delete marker. Its tags may be changed, nothing else. */
public final class ObjectVersion {
  private final String key;
  private final long sequence;
  private final String id;
  private final long size;
  private final String etag;
  private final Instant modified;
  private final Attributes attributes;
  private final Optional<StoredChecksum> checksum;
  private final Content content;

  ObjectVersion(
      String key,
      long sequence,
      String id,
      long size,
      String etag,
      Instant modified,
      Attributes attributes,
      Optional<StoredChecksum> checksum,
      Content content) {
    this.key = key;
    this.sequence = sequence;
    this.id = id;
    this.size = size;
    this.etag = etag;
    this.modified = modified;
    this.attributes = attributes;
    this.checksum = checksum;
    this.content = content;
  }

  public String key() {
    return key;
  }

  /** The version id clients see: {@code null} for one written while versioning was not enabled. */
  public String id() {
    return id;
  }

  public long size() {
    return size;
  }

  /** The ETag as S3 computes it, without quotes. */
  public String etag() {
    return etag;
  }

  public Instant modified() {
    return modified;
  }

  public Attributes attributes() {
    return attributes;
  }

  public Optional<StoredChecksum> checksum() {
    return checksum;
  }

  public boolean deleteMarker() {
    return content instanceof Content.Nothing;
  }

  /** The sizes of the parts a multipart upload was made of; empty for any other object. */
  public List<Long> partSizes() {
    return content instanceof Content.Parts parts
        ? parts.extents().stream().map(Extent::length).toList()
        : List.of();
  }

  /** The checksum of each such part, where the upload asked for checksums. */
  public List<String> partChecksums() {
    return content instanceof Content.Parts parts ? parts.checksums() : List.of();
  }

  ObjectVersion withTags(Map<String, String> tags) {
    return new ObjectVersion(
        key, sequence, id, size, etag, modified, attributes.withTags(tags), checksum, content);
  }

  /** The number of the commit that made it. */
  public long sequence() {
    return sequence;
  }

  Content content() {
    return content;
  }

  /** The same, its bytes being elsewhere. */
  /** The same under another name. */
  ObjectVersion as(String name) {
    return new ObjectVersion(
        key, sequence, name, size, etag, modified, attributes, checksum, content);
  }

  ObjectVersion at(Content place) {
    return new ObjectVersion(key, sequence, id, size, etag, modified, attributes, checksum, place);
  }

  boolean unnamed() {
    return id.equals(VersionId.NULL);
  }
}
