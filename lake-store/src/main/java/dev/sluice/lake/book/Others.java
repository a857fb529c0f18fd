package dev.sluice.lake.book;

import java.util.List;

/** What else can be found, besides tables and views. */
public interface Others {
  /** All there is at this moment. */
  List<Other> all();

  /** Whether a caller may see it. */
  boolean mayRead(String caller);

  /**
   * One of them.
   *
   * @param name no other of its kind has it
   * @param kind a word for what it is, other than a table's or a view's
   * @param changedMillis when it last changed; 0 when nobody knows
   */
  record Other(
      String name,
      String kind,
      String description,
      String owner,
      List<String> tags,
      long changedMillis) {
    public Other {
      tags = List.copyOf(tags);
    }
  }
}
