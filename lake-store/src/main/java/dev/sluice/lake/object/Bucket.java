package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A bucket as it stands.
 *
 * @param account who made it; empty for the store's owner
 * @param settings what else was set of it, by name; the store keeps it and gives it no meaning
 */
public record Bucket(
    String name,
    Instant created,
    String region,
    Versioning versioning,
    String account,
    Durability durability,
    Map<String, String> settings) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

  /** Whether writes keep what they replace. */
  public enum Versioning {
    /** Never switched on. */
    OFF,
    ENABLED,
    SUSPENDED
  }

  public Bucket {
    checkName(name);
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** The rules of the Amazon S3 User Guide, "General purpose buckets naming rules". */
  static void checkName(String name) {
    if (!NAME.matcher(name).matches()
        || name.contains("..")
        || name.contains(".-")
        || name.contains("-.")
        || ADDRESS.matcher(name).matches()) {
      throw new StoreException(
          StoreException.Reason.INVALID_BUCKET_NAME,
          "The specified bucket is not valid: 3 to 63 lower-case letters, digits, dots and"
              + " hyphens.");
    }
  }

  Bucket with(Versioning state) {
    return new Bucket(name, created, region, state, account, durability, settings);
  }

  Bucket with(Durability level) {
    return new Bucket(name, created, region, versioning, account, level, settings);
  }
}
