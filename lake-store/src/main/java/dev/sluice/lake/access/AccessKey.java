package dev.sluice.lake.access;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.util.List;

/**
 * A key, its secret, the right it gives, and the buckets it is good for; no bucket named means all.
 */
public record AccessKey(
    String id, Secret secret, @Default("own") Right right, @Default("") List<String> buckets) {
  public AccessKey {
    if (!id.matches("[A-Za-z0-9_.-]{3,128}")) {
      throw new SettingsException(
          "the access key id '" + id + "' must be 3 to 128 letters, digits, '_', '.' and '-'");
    }
    buckets = List.copyOf(buckets);
  }

  /** A key for everything. */
  public static AccessKey owner(String id, Secret secret) {
    return new AccessKey(id, secret, Right.OWN, List.of());
  }
}
