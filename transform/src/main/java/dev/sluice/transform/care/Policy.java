package dev.sluice.transform.care;

import dev.sluice.transform.job.JobFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.TableProperties;

/**
 * How a table is cared for. Its own properties decide over what a run brings.
 *
 * @param targetBytes what a data file is to have
 * @param closedAfter how long after its end a day is closed
 * @param keep how long a snapshot is kept
 * @param keepSnapshots how many are kept however old they are
 * @param orphanAge how old a file is before it can be an orphan: older than the longest write
 * @param quarantine how long a file is noted as an orphan before it may be deleted
 * @param sameStores authorities, buckets for example, that are another name of the same: other to
 *     real
 */
public record Policy(
    Mode mode,
    long targetBytes,
    Duration closedAfter,
    Duration keep,
    int keepSnapshots,
    Duration orphanAge,
    Duration quarantine,
    Map<String, String> sameStores) {

  /** Whether a table is cared for. */
  public enum Mode {
    ON,
    OFF
  }

  private static final String PREFIX = "sluice.care.";
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(KiB|MiB|GiB)");
  private static final List<String> KNOWN =
      List.of(
          "mode",
          "target-size",
          "closed-days",
          "keep-days",
          "keep-snapshots",
          "orphan-days",
          "quarantine-days",
          "same-stores");

  public Policy {
    sameStores = Map.copyOf(sameStores);
    if (targetBytes < 1 || keepSnapshots < 1) {
      throw new IllegalArgumentException("a target size and kept snapshots are at least 1");
    }
    if (orphanAge.compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException("no file is an orphan within a day");
    }
    if (closedAfter.isNegative() || keep.isNegative() || quarantine.isNegative()) {
      throw new IllegalArgumentException("times are not negative");
    }
  }

  public static Policy standard() {
    return new Policy(
        Mode.ON,
        128L << 20,
        Duration.ofDays(1),
        Duration.ofDays(7),
        20,
        Duration.ofDays(3),
        Duration.ofDays(3),
        Map.of());
  }

  /** This one, as far as a table's properties do not say otherwise. */
  Policy with(Map<String, String> properties) {
    Map<String, String> said = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            said.put(key.substring(PREFIX.length()), value);
          }
        });
    for (String key : said.keySet()) {
      if (!KNOWN.contains(key)) {
        throw new JobFailure(
            "property " + PREFIX + key + " is not known; known are " + String.join(", ", KNOWN));
      }
    }
    return new Policy(
        mode(said),
        said.containsKey("target-size")
            ? size(said.get("target-size"))
            : writeTarget(properties.get(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES)),
        days(said, "closed-days", closedAfter, 0),
        days(said, "keep-days", keep, 0),
        (int) number(said, "keep-snapshots", keepSnapshots, 1),
        days(said, "orphan-days", orphanAge, 1),
        days(said, "quarantine-days", quarantine, 0),
        said.containsKey("same-stores") ? stores(said.get("same-stores")) : sameStores);
  }

  private Mode mode(Map<String, String> said) {
    return switch (said.getOrDefault("mode", mode == Mode.ON ? "on" : "off")) {
      case "on" -> Mode.ON;
      case "off" -> Mode.OFF;
      default -> throw refused("mode", said.get("mode"), "on or off");
    };
  }

  /** What Iceberg's own property says, for it was set with the same intent. */
  private long writeTarget(String value) {
    return value != null && value.matches("[1-9]\\d{0,17}") ? Long.parseLong(value) : targetBytes;
  }

  private static long size(String value) {
    Matcher size = SIZE.matcher(value);
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      throw refused("target-size", value, "a size such as 128MiB");
    }
    int shift = Map.of("KiB", 10, "MiB", 20, "GiB", 30).get(size.group(2));
    return Long.parseLong(size.group(1)) << shift;
  }

  private static Duration days(Map<String, String> said, String key, Duration or, long least) {
    return said.containsKey(key) ? Duration.ofDays(number(said, key, 0, least)) : or;
  }

  private static long number(Map<String, String> said, String key, long or, long least) {
    String value = said.get(key);
    if (value == null) {
      return or;
    }
    if (!value.matches("\\d{1,5}") || Long.parseLong(value) < least) {
      throw refused(key, value, "a number of at least " + least);
    }
    return Long.parseLong(value);
  }

  private static Map<String, String> stores(String value) {
    Map<String, String> stores = new TreeMap<>();
    for (String pair : value.split(",", -1)) {
      String[] names = pair.strip().split("=", -1);
      if (names.length != 2 || names[0].isBlank() || names[1].isBlank()) {
        throw refused("same-stores", value, "other-bucket=bucket, by comma");
      }
      stores.put(names[0], names[1]);
    }
    return stores;
  }

  private static JobFailure refused(String key, String value, String wanted) {
    return new JobFailure("property " + PREFIX + key + " is '" + value + "'; it takes " + wanted);
  }
}
