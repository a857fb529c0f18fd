package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A bucket as it stands.
 *
 * @param account whose it is
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
  /** The account of whoever names none. */
  public static final String MAIN_ACCOUNT = "main";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

  /** Whether writes keep what they replace. */
  public enum Versioning {
    /** Never switched on. */
    OFF,
    ENABLED,
    SUSPENDED
  }

  private static final List<String> RESERVED_STARTS = List.of("xn--", "sthree-", "amzn-s3-demo-");
  private static final List<String> RESERVED_ENDS =
      List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

  public Bucket {
    account = account.isEmpty() ? MAIN_ACCOUNT : account;
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** The rules of the Amazon S3 User Guide, "General purpose bucket naming rules". */
  static void checkName(String name) {
    if (!NAME.matcher(name).matches()
        || name.contains("..")
        || ADDRESS.matcher(name).matches()
        || RESERVED_STARTS.stream().anyMatch(name::startsWith)
        || RESERVED_ENDS.stream().anyMatch(name::endsWith)) {
      throw new StoreException(
          StoreException.Reason.INVALID_BUCKET_NAME,
          "The specified bucket is not valid: 3 to 63 lower-case letters, digits, dots and hyphens,"
              + " no address, and nothing that S3 reserves.");
    }
  }

  Bucket with(Versioning state) {
    return new Bucket(name, created, region, state, account, durability, settings);
  }

  Bucket with(Durability level) {
    return new Bucket(name, created, region, versioning, account, level, settings);
  }

  /** With something else set of it, or no longer. */
  Bucket with(String setting, Optional<String> value) {
    Map<String, String> changed = new TreeMap<>(settings);
    changed.remove(setting);
    value.ifPresent(each -> changed.put(setting, each));
    return new Bucket(name, created, region, versioning, account, durability, changed);
  }
}
