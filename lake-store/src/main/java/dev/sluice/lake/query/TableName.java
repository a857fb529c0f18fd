package dev.sluice.lake.query;

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

  /**
   * Schema and table, without the catalog's name; other than two parts are no table of the lake.
   */
  List<String> inLake() {
    return parts.size() == 3 && parts.get(0).equalsIgnoreCase(CATALOG)
        ? parts.subList(1, 3)
        : parts;
  }

  boolean wellFormed() {
    return inLake().size() == 2;
  }

  TableIdentifier identifier() {
    List<String> path = inLake();
    return TableIdentifier.of(Namespace.of(path.get(0).split("\\.", -1)), path.get(1));
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
