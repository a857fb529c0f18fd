package dev.sluice.lake.book.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds again, in an entry that was found, where the words stand. */
final class Matches {
  private static final int MOST = 6;
  private static final int EXCERPT = 160;
  private static final int LEAD = 40;

  private final Set<String> terms = new HashSet<>();

  Matches(List<Map<String, Float>> expanded) {
    expanded.forEach(words -> terms.addAll(words.keySet()));
  }

  List<Hit.Match> in(Entry entry) {
    List<Hit.Match> found = new ArrayList<>();
    if (terms.isEmpty()) {
      return found;
    }
    add(found, Part.NAME, "", entry.fullName());
    entry.tags().forEach(tag -> add(found, Part.TAG, "", tag));
    add(found, Part.OWNER, "", entry.owner());
    add(found, Part.DESCRIPTION, "", entry.description());
    for (Entry.Column column : entry.columns()) {
      add(found, Part.COLUMN, column.path(), column.path());
      add(found, Part.DESCRIPTION, column.path(), column.description());
      column.tags().forEach(tag -> add(found, Part.TAG, column.path(), tag));
    }
    return found;
  }

  private void add(List<Hit.Match> found, Part part, String column, String text) {
    if (found.size() >= MOST) {
      return;
    }
    List<Words.Word> marked =
        Words.of(text).stream().filter(word -> terms.contains(word.term())).toList();
    if (marked.isEmpty()) {
      return;
    }
    int start = text.length() <= EXCERPT ? 0 : Math.max(0, marked.get(0).start() - LEAD);
    int end = Math.min(text.length(), start + EXCERPT);
    start = onCharacter(text, start);
    end = onCharacter(text, end);
    String before = start > 0 ? "…" : "";
    String excerpt =
        before + text.substring(start, end).replace('\n', ' ') + (end < text.length() ? "…" : "");
    List<Hit.Mark> marks = new ArrayList<>();
    for (Words.Word word : marked) {
      if (word.end() <= end) {
        int shift = before.length() - start;
        marks.add(new Hit.Mark(word.start() + shift, word.end() + shift));
      }
    }
    found.add(new Hit.Match(part, column, excerpt, marks));
  }

  /** Never between the two halves of a character. */
  private static int onCharacter(String text, int at) {
    return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }
}
