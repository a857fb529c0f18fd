package dev.sluice.lake.book.fact;

/**
 * One way in which a state differs from the one before.
 *
 * @param column the column it is about, or nothing
 * @param before what it was, or nothing
 * @param after what it is, or nothing
 * @param text the same in words
 */
public record Difference(What what, String column, String before, String after, String text) {
  /** What differs. */
  public enum What {
    CREATED,
    DROPPED,
    FOUND,
    RENAMED,
    REPLACED,
    COLUMN_ADDED,
    COLUMN_REMOVED,
    COLUMN_RENAMED,
    COLUMN_MOVED,
    TYPE_CHANGED,
    REQUIRED_CHANGED,
    DOC_CHANGED,
    KEYS_CHANGED,
    PARTITIONING_CHANGED,
    SORT_ORDER_CHANGED,
    FORMAT_CHANGED,
    LOCATION_CHANGED,
    PROPERTY_CHANGED,
    QUERY_CHANGED,
    ROLLED_BACK;

    /** As it is written in answers: {@code column-added}. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  static Difference of(What what, String column, String before, String after, String text) {
    return new Difference(what, column, before, after, text);
  }

  /** Of the table as a whole. */
  public static Difference whole(What what, String before, String after, String text) {
    return new Difference(what, "", before, after, text);
  }
}
