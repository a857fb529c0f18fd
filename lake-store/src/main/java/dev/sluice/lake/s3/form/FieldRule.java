package dev.sluice.lake.s3.form;

import java.util.Arrays;

/** What one field of a form must say. */
record FieldRule(Match match, String field, String value) {
  /** How: by saying exactly the value, or by starting with it. */
  enum Match {
    EQ("eq"),
    STARTS_WITH("starts-with");

    final String word;

    Match(String word) {
      this.word = word;
    }
  }

  boolean holds(String actual) {
    if (match == Match.EQ) {
      return actual.equals(value);
    }
    // A content type may be a list, of which every member is meant.
    return field.equals("content-type")
        ? Arrays.stream(actual.split(",", -1)).allMatch(each -> each.trim().startsWith(value))
        : actual.startsWith(value);
  }

  @Override
  public String toString() {
    return "[\"" + match.word + "\", \"$" + field + "\", \"" + value + "\"]";
  }
}
