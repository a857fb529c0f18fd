package dev.sluice.lake.catalog;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Where tables may lie. The catalog writes metadata with its own key wherever a table says it lies,
 * so a client that could say anything could have it write anywhere.
 */
final class Locations {
  private final String warehouse;
  private final List<String> allowed;

  /**
   * @param more allowed besides the warehouse's own place
   */
  Locations(String warehouse, List<String> more) {
    this.warehouse = plain(warehouse);
    List<String> all = new ArrayList<>();
    all.add(root(this.warehouse));
    more.forEach(each -> all.add(plain(each)));
    this.allowed = List.copyOf(all);
  }

  /**
   * An S3 warehouse's bucket is the catalog's; of a file system, only the warehouse's folder is.
   */
  private static String root(String warehouse) {
    return warehouse.startsWith("s3:")
        ? warehouse.replaceFirst("^(s3://[^/]+).*", "$1")
        : warehouse;
  }

  /** Where a table lies that does not say where. */
  String standard(TableIdentifier name) {
    return standard(name.namespace()) + "/" + segment(name.name());
  }

  String standard(Namespace namespace) {
    StringBuilder location = new StringBuilder(warehouse);
    for (String level : namespace.levels()) {
      location.append('/').append(segment(level));
    }
    return location.toString();
  }

  /** Refuses a place outside those that are allowed. */
  void check(String location) {
    if (allowed.stream().noneMatch(place -> within(location, place))) {
      throw new BadRequestException(
          "the location '%s' is outside of where tables may lie: %s",
          location, String.join(", ", allowed));
    }
  }

  static boolean within(String location, String place) {
    String asked = plain(location);
    return (asked.equals(place) || asked.startsWith(place + "/"))
        && !List.of(asked.split("/", -1)).contains("..");
  }

  /** One spelling of each: no slash at the end, none doubled after {@code file:}, S3 as S3. */
  private static String plain(String location) {
    return location
        .replaceFirst("^s3[an]://", "s3://")
        .replaceFirst("^file:/+", "file:/")
        .replaceFirst("/+$", "");
  }

  /** A name as one segment of a path, whatever it is. */
  private static String segment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return name.replace(".", "%2E");
    }
    return name.replace("%", "%25")
        .replace("/", "%2F")
        .replace("\\", "%5C")
        .replace("?", "%3F")
        .replace("#", "%23");
  }
}
