package dev.sluice.lake.book.search;

import java.util.List;

/** An entry that was found, and why. */
public record Hit(Entry entry, double score, List<Match> matches) {
  public Hit {
    matches = List.copyOf(matches);
  }

  /**
   * Where words were found.
   *
   * @param column which column, or nothing
   * @param excerpt of the text there
   * @param marks what was found in the excerpt: from a character up to, not with, another
   */
  public record Match(Part part, String column, String excerpt, List<Mark> marks) {
    public Match {
      marks = List.copyOf(marks);
    }
  }

  /** From a character up to, not with, another. */
  public record Mark(int start, int end) {}
}
