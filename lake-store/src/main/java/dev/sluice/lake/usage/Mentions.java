package dev.sluice.lake.usage;

import dev.sluice.lake.name.Dotted;
import dev.sluice.lake.sqltext.Tokens;
import dev.sluice.lake.usage.Use.OfTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a query's text names besides the tables whose rows it read: views, what tables are made of,
 * the store's objects, tables that were not looked at in the end. Every name that begins with a
 * namespace is taken for one of something in it: rather one too many, which hides the text from
 * some, than one too few.
 */
final class Mentions {
  private static final String CATALOG = "lake";
  private static final String SYSTEM = "system";

  private final Map<String, List<String>> namespaces = new HashMap<>();

  /**
   * @param namespaces all there are
   */
  Mentions(Collection<String> namespaces) {
    for (String namespace : namespaces) {
      String shown = String.join(".", Dotted.levels(namespace)).toLowerCase(Locale.ROOT);
      this.namespaces.computeIfAbsent(shown, any -> new ArrayList<>()).add(namespace);
    }
  }

  Set<OfTable> in(String sql) {
    Set<OfTable> found = new LinkedHashSet<>();
    for (List<String> chain : chains(sql)) {
      boolean whole = chain.get(0).equalsIgnoreCase(CATALOG);
      add(chain, found);
      if (whole) {
        add(chain.subList(1, chain.size()), found);
      }
    }
    return found;
  }

  private void add(List<String> chain, Set<OfTable> found) {
    if (chain.size() > 1 && chain.get(0).equalsIgnoreCase(SYSTEM)) {
      found.add(OfTable.ANYTHING);
    }
    for (int end = 1; end < chain.size(); end++) {
      String shown = String.join(".", chain.subList(0, end)).toLowerCase(Locale.ROOT);
      for (String namespace : namespaces.getOrDefault(shown, List.of())) {
        found.add(new OfTable(namespace, chain.get(end), List.of()));
      }
    }
  }

  /** Names with dots between them, spaces and comments aside. */
  private static List<List<String>> chains(String sql) {
    List<List<String>> chains = new ArrayList<>();
    List<String> chain = new ArrayList<>();
    boolean dotted = false;
    for (String token : Tokens.of(sql)) {
      if (Tokens.silent(token)) {
        continue;
      }
      if (token.equals(".")) {
        dotted = !chain.isEmpty();
        continue;
      }
      char first = token.charAt(0);
      boolean quoted = first == '"' || first == '`';
      boolean name = quoted || first == '_' || Character.isLetter(first);
      if (!name || !dotted) {
        chain = new ArrayList<>();
        chains.add(chain);
      }
      if (name) {
        chain.add(quoted ? unquoted(token) : token);
      }
      dotted = false;
    }
    return chains.stream().filter(each -> each.size() > 1).toList();
  }

  private static String unquoted(String name) {
    String quote = name.substring(0, 1);
    int end = name.length() > 1 && name.endsWith(quote) ? name.length() - 1 : name.length();
    return name.substring(1, end).replace(quote + quote, quote);
  }
}
