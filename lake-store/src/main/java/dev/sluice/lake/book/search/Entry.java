package dev.sluice.lake.book.search;

import java.util.List;

/**
 * Something that can be found.
 *
 * @param id the same for as long as it is there
 * @param namespace levels joined by dots
 * @param kind {@code table}, {@code view} or what else there is
 * @param dataAt when its data last changed, in milliseconds; 0 when nobody knows
 */
public record Entry(
    long id,
    String namespace,
    String name,
    String kind,
    String description,
    String owner,
    List<String> tags,
    List<Column> columns,
    boolean deprecated,
    long dataAt) {
  public Entry {
    tags = List.copyOf(tags);
    columns = List.copyOf(columns);
  }

  /**
   * A column, as far as it is searched.
   *
   * @param pii its class, or nothing
   */
  public record Column(String path, String description, String pii, List<String> tags) {
    public Column {
      tags = List.copyOf(tags);
    }
  }

  /** The name in full. */
  public String fullName() {
    return namespace.isEmpty() ? name : namespace + "." + name;
  }

  /** Whether the same words lead to both. */
  boolean sameWords(Entry other) {
    return namespace.equals(other.namespace)
        && name.equals(other.name)
        && description.equals(other.description)
        && owner.equals(other.owner)
        && tags.equals(other.tags)
        && columns.equals(other.columns);
  }
}
