package dev.sluice.lake.book;

import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.search.SearchIndex;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is neither a table nor a view, in the index beside them. It is asked for at each search, so
 * what another server was told a moment ago is found here as well. Ids are below zero, where no
 * page has one: so nothing of it is taken for a page.
 */
final class OtherEntries {
  private record Key(String kind, String name) {}

  private final Others others;
  private final SearchIndex index;
  private final Map<Key, Long> ids = new HashMap<>();
  private long lastId;

  OtherEntries(Others others, SearchIndex index) {
    this.others = others;
    this.index = index;
  }

  /** Makes the index say what holds now. */
  synchronized void refresh() {
    Set<Key> there = new HashSet<>();
    for (Others.Other other : others.all()) {
      Key key = new Key(other.kind(), other.name());
      there.add(key);
      index.put(entry(ids.computeIfAbsent(key, made -> --lastId), other));
    }
    List<Key> gone = ids.keySet().stream().filter(key -> !there.contains(key)).toList();
    gone.forEach(key -> index.remove(ids.remove(key)));
  }

  private static Entry entry(long id, Others.Other other) {
    return new Entry(
        id,
        "",
        other.name(),
        other.kind(),
        other.description(),
        other.owner(),
        other.tags(),
        List.of(),
        false,
        other.changedMillis());
  }

  boolean has(Entry entry) {
    return entry.id() < 0;
  }

  boolean mayRead(String caller) {
    return others.mayRead(caller);
  }
}
