package dev.sluice.lake.lineage.event;

import dev.sluice.lake.name.Dotted;
import java.util.Objects;

/**
 * What data flows between: a table of this catalog, or anything else by OpenLineage's two names.
 *
 * @param namespace of a table, its levels as {@link Dotted} has them
 */
public record Dataset(Kind kind, String namespace, String name) {
  /** Tables are the catalog's own; of others it knows what events say. */
  public enum Kind {
    TABLE,
    OTHER
  }

  private static final String CATALOG = "lake.";
  private static final char MARK = 0x1F;

  public Dataset {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(namespace);
    Objects.requireNonNull(name);
    if (namespace.indexOf(MARK) >= 0) {
      throw new IllegalArgumentException("a namespace holds a unit separator");
    }
  }

  public static Dataset table(String namespace, String name) {
    return new Dataset(Kind.TABLE, namespace, name);
  }

  public static Dataset other(String namespace, String name) {
    return new Dataset(Kind.OTHER, namespace, name);
  }

  public boolean isTable() {
    return kind == Kind.TABLE;
  }

  /** As rows hold it: what can be read back, whatever characters the names have. */
  public String stored() {
    return (kind == Kind.TABLE ? "t" : "o") + MARK + namespace + MARK + name;
  }

  public static Dataset stored(String stored) {
    int second = stored.indexOf(MARK, 2);
    return new Dataset(
        stored.charAt(0) == 't' ? Kind.TABLE : Kind.OTHER,
        stored.substring(2, second),
        stored.substring(second + 1));
  }

  /**
   * As people write it: {@code lake.gold.sessions}, {@code s3://bucket/path}. Others that have no
   * address for a namespace get a bar between the two.
   */
  public String key() {
    if (kind == Kind.TABLE) {
      return CATALOG + namespace + "." + Dotted.level(name);
    }
    if (namespace.contains("://")) {
      return namespace + (name.startsWith("/") || namespace.endsWith("/") ? "" : "/") + name;
    }
    return namespace + "|" + name;
  }
}
