package dev.sluice.lake.query;

import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the parser made of texts lately, and of trees: it makes the same of them every time, and to
 * ask it takes as long as the rest of a small query's planning.
 */
final class KnownTexts {
  private static final int KEPT = 256;
  private static final int LONGEST = 32 * 1024;

  /** Asks the parser. */
  interface Parser {
    String made(String from) throws SQLException;
  }

  private final Map<String, String> trees = bounded();
  private final Map<String, String> texts = bounded();

  private static Map<String, String> bounded() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KEPT;
          }
        });
  }

  /** The tree of a text. */
  String tree(String text, Parser parser) throws SQLException {
    return known(trees, text, parser);
  }

  /** The text of a tree. */
  String text(String tree, Parser parser) throws SQLException {
    return known(texts, tree, parser);
  }

  private static String known(Map<String, String> from, String key, Parser parser)
      throws SQLException {
    String known = from.get(key);
    if (known != null) {
      return known;
    }
    String made = parser.made(key);
    if (made != null && key.length() + made.length() <= LONGEST) {
      from.put(key, made);
    }
    return made;
  }
}
