package dev.sluice.transform.care;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/**
 * Where the tables of a catalog lie. A file in a place that two tables share may be the other's,
 * whatever the one says of it.
 */
final class Places {
  private final Map<String, List<String>> roots = new TreeMap<>();
  private final List<String> unreadable = new ArrayList<>();

  void add(String name, Table table) {
    roots.put(name, of(table));
  }

  /** A table of which nobody can say what it names. */
  void addUnreadable(String name) {
    unreadable.add(name);
  }

  /** The folders that a table writes to, none within another. */
  static List<String> of(Table table) {
    List<String> all = new ArrayList<>();
    all.add(folder(table.location()));
    for (String key :
        List.of(TableProperties.WRITE_DATA_LOCATION, TableProperties.WRITE_METADATA_LOCATION)) {
      String place = table.properties().get(key);
      if (place != null) {
        all.add(folder(place));
      }
    }
    List<String> outermost = new ArrayList<>();
    for (String place : all) {
      if (outermost.stream().noneMatch(place::startsWith)) {
        outermost.add(place);
      }
    }
    return outermost;
  }

  /** Why this table's place may hold files of others. */
  Optional<String> shared(String name) {
    if (!unreadable.isEmpty()) {
      return Optional.of(unreadable.get(0) + " cannot be read, so its files are not known");
    }
    for (Map.Entry<String, List<String>> other : roots.entrySet()) {
      for (String theirs : other.getValue()) {
        for (String ours : roots.get(name)) {
          boolean overlaps =
              bare(ours).startsWith(bare(theirs)) || bare(theirs).startsWith(bare(ours));
          if (overlaps && !other.getKey().equals(name)) {
            return Optional.of("it shares " + ours + " with " + other.getKey());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String folder(String place) {
    return place.endsWith("/") ? place : place + "/";
  }

  /** The place whatever the scheme: s3 and s3a are one store. */
  private static String bare(String place) {
    return place.replaceFirst("^[a-zA-Z0-9]+:/*", "/");
  }
}
