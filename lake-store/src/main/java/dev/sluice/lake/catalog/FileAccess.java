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
public record FileAccess(Optional<URI> endpoint, String region, Optional<Keys> keys) {
  /** An access key. */
  public record Keys(String accessKey, Secret secretKey) {}

  private static final String FILE_IO = "org.apache.iceberg.aws.s3.S3FileIO";

  /** The properties that configure Iceberg's S3 client, the catalog's own and everybody's. */
  public Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("io-impl", FILE_IO);
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
    return Map.copyOf(properties);
  }
}
