package dev.sluice.transform.source;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A table of a source, as its server names it: {@code orders} or {@code public.orders}. */
record Relation(List<String> words) {
  Relation {
    words = List.copyOf(words);
    if (words.isEmpty() || words.size() > 2 || words.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "a table is written as table or schema.table: " + String.join(".", words));
    }
  }

  static Relation parse(String text) {
    return new Relation(Arrays.asList(text.split("\\.", -1)));
  }

  String table() {
    return words.get(words.size() - 1);
  }

  /** The name as SQL writes it. */
  String sql(UnaryOperator<String> quoted) {
    return words.stream().map(quoted).collect(Collectors.joining("."));
  }

  @Override
  public String toString() {
    return String.join(".", words);
  }
}
