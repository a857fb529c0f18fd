package dev.sluice.lake.catalog;

import dev.sluice.daemon.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the catalog and its clients reach the tables' files.
 *
 * @param endpoint an S3 endpoint of one's own; without it, Amazon's
 * @param keys without them, whatever the machine's AWS configuration says
 */
public record FileAccess(
    Scheme scheme, Optional<URI> endpoint, String region, Optional<Keys> keys) {
  /** An object store, or a file system that the catalog and all of its clients see. */
  public enum Scheme {
    S3,
    FILES
  }

  /** An access key. */
  public record Keys(String accessKey, Secret secretKey) {}

  private static final String S3_FILES = "org.apache.iceberg.aws.s3.S3FileIO";
  private static final String PLAIN_FILES = "org.apache.iceberg.hadoop.HadoopFileIO";

  /** Files behind S3. */
  public static FileAccess s3(Optional<URI> endpoint, String region, Optional<Keys> keys) {
    return new FileAccess(Scheme.S3, endpoint, region, keys);
  }

  /** Files in a file system. */
  public static FileAccess files() {
    return new FileAccess(Scheme.FILES, Optional.empty(), "", Optional.empty());
  }

  /** The same place by another key. */
  public FileAccess with(Optional<Keys> others) {
    return new FileAccess(scheme, endpoint, region, others);
  }

  /** The properties that configure Iceberg's S3 client, the catalog's own and everybody's. */
  public Map<String, String> properties() {
    if (scheme == Scheme.FILES) {
      return new LinkedHashMap<>(Map.of("io-impl", PLAIN_FILES));
    }
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("io-impl", S3_FILES);
    properties.put("client.region", region);
    endpoint.ifPresent(
        uri -> {
          properties.put("s3.endpoint", uri.toString());
          properties.put("s3.path-style-access", "true");
        });
    keys.ifPresent(
        pair -> {
          properties.put("s3.access-key-id", pair.accessKey());
          properties.put("s3.secret-access-key", pair.secretKey().value());
        });
    return properties;
  }
}
