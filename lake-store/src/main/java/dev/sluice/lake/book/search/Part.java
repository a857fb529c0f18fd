package dev.sluice.lake.book.search;

/** Where in an entry a word stands, and how much that says. */
public enum Part {
  NAME(8),
  TAG(5),
  COLUMN(3),
  NAMESPACE(2),
  OWNER(2),
  DESCRIPTION(1.5f);

  private final float weight;

  Part(float weight) {
    this.weight = weight;
  }

  float weight() {
    return weight;
  }

  int bit() {
    return 1 << ordinal();
  }

  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
