package dev.sluice.lake.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table as SQL names it: {@code lake.raw.app_events} or {@code raw.app_events}. A namespace of
 * several levels is one name with dots, which SQL has to quote: {@code lake."a.b".t}.
 */
record TableName(List<String> parts) {
  private static final String CATALOG = "lake";

  TableName {
    parts = List.copyOf(parts);
  }

  /** The parts without the catalog's name: namespace and table, and maybe what is told of it. */
  List<String> inLake() {
    return parts.size() >= 3 && parts.get(0).equalsIgnoreCase(CATALOG)
        ? parts.subList(1, parts.size())
        : parts;
  }

  /** A table and the word after it: {@code raw.t.snapshots}, or {@code raw."t$snapshots"}. */
  record Split(TableName table, String suffix) {}

  /** The ways to read the name as a table's and a word after it. */
  List<Split> splits() {
    List<String> path = inLake();
    List<Split> splits = new ArrayList<>();
    if (path.size() >= 3) {
      int last = path.size() - 1;
      splits.add(new Split(new TableName(path.subList(0, last)), path.get(last)));
    }
    String name = path.isEmpty() ? "" : path.get(path.size() - 1);
    int dollar = name.lastIndexOf('$');
    if (path.size() >= 2 && dollar > 0) {
      List<String> table = new ArrayList<>(path.subList(0, path.size() - 1));
      table.add(name.substring(0, dollar));
      splits.add(new Split(new TableName(table), name.substring(dollar + 1)));
    }
    return splits;
  }

  boolean wellFormed() {
    return inLake().size() >= 2 && inLake().stream().noneMatch(String::isEmpty);
  }

  /** Levels of a namespace may stand as parts of their own, or in one, with dots. */
  TableIdentifier identifier() {
    List<String> path = inLake();
    String namespace = String.join(".", path.subList(0, path.size() - 1));
    return TableIdentifier.of(Namespace.of(namespace.split("\\.", -1)), path.get(path.size() - 1));
  }

  /** Whether this means the same as another: SQL does not tell capitals apart. */
  String key() {
    return shown().toLowerCase(Locale.ROOT);
  }

  String shown() {
    return String.join(".", inLake());
  }

  static String shown(TableIdentifier identifier) {
    return identifier.namespace() + "." + identifier.name();
  }
}
