package dev.sluice.lake;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.net.URI;
import java.util.Optional;

/**
 * Whose object store holds the tables' files.
 *
 * @param kind {@code local}: one of our own is started; {@code s3}: somebody else's is used; {@code
 *     files}: a file system, which the catalog and all of its clients must see
 * @param endpoint of somebody else's; without it, Amazon's
 * @param accessKey with {@code secretKey}: for our own store, the owner's key, made up and kept in
 *     the data directory when not set; for somebody else's, the machine's AWS configuration is used
 *     when not set
 */
public record StorageSettings(
    @Default("local") Kind kind,
    Optional<URI> endpoint,
    @Default("us-east-1") String region,
    Optional<String> accessKey,
    Optional<Secret> secretKey) {
  /** Ours, somebody else's, or plain files. */
  public enum Kind {
    LOCAL,
    S3,
    FILES
  }

  public StorageSettings {
    if (accessKey.isPresent() != secretKey.isPresent()) {
      throw new SettingsException("access-key and secret-key are set together or not at all");
    }
    if (kind == Kind.FILES && (endpoint.isPresent() || accessKey.isPresent())) {
      throw new SettingsException("endpoint and access-key are for S3, but kind is files");
    }
    if (kind == Kind.LOCAL && endpoint.isPresent()) {
      throw new SettingsException(
          "endpoint is for somebody else's store: set kind to s3, or leave endpoint out");
    }
  }
}
