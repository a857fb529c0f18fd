package dev.sluice.lake.book.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * An inverted index over entries. An entry that changes its words is written anew under another
 * number and its old number is void; when most numbers are void, the index is built again.
 */
public final class SearchIndex {
  private static final int VOID_BEARABLE = 1000;
  private static final int LONGEST_PREFIX_LIST = 500;
  private static final int SHORTEST_PREFIX = 2;
  private static final int SHORTEST_TYPO = 4;
  private static final int TWO_TYPOS = 8;
  private static final float PREFIX = 0.6f;
  private static final float TYPO = 0.35f;
  private static final double NAMED = 100;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Long, Integer> numbers = new HashMap<>();
  private List<Optional<Entry>> entries = new ArrayList<>();
  private NavigableMap<String, Postings> words = new TreeMap<>();

  /** Adds the entry, or puts it in the place of the one with its id. */
  public void put(Entry entry) {
    lock.writeLock().lock();
    try {
      Optional<Integer> old = Optional.ofNullable(numbers.get(entry.id()));
      if (old.isPresent() && entries.get(old.get()).orElseThrow().sameWords(entry)) {
        entries.set(old.get(), Optional.of(entry));
        return;
      }
      old.ifPresent(number -> entries.set(number, Optional.empty()));
      write(entry);
      tidy();
    } finally {
      lock.writeLock().unlock();
    }
  }

  public void remove(long id) {
    lock.writeLock().lock();
    try {
      Optional.ofNullable(numbers.remove(id))
          .ifPresent(number -> entries.set(number, Optional.empty()));
      tidy();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void write(Entry entry) {
    int number = entries.size();
    entries.add(Optional.of(entry));
    numbers.put(entry.id(), number);
    write(number, Part.NAME, entry.name());
    write(number, Part.NAMESPACE, entry.namespace());
    write(number, Part.OWNER, entry.owner());
    entry.tags().forEach(tag -> write(number, Part.TAG, tag));
    for (Entry.Column column : entry.columns()) {
      write(number, Part.COLUMN, column.path());
      write(number, Part.DESCRIPTION, column.description());
      column.tags().forEach(tag -> write(number, Part.TAG, tag));
    }
    write(number, Part.DESCRIPTION, entry.description());
  }

  private void write(int number, Part part, String text) {
    for (Words.Word word : Words.of(text)) {
      words.computeIfAbsent(word.term(), term -> new Postings()).add(number, part);
    }
  }

  private void tidy() {
    if (entries.size() <= numbers.size() * 2 + VOID_BEARABLE) {
      return;
    }
    List<Optional<Entry>> old = entries;
    entries = new ArrayList<>();
    words = new TreeMap<>();
    old.stream().flatMap(Optional::stream).forEach(this::write);
  }

  public int size() {
    lock.readLock().lock();
    try {
      return numbers.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Every entry that is admitted, by name. */
  public List<Entry> list(Predicate<Entry> admitted) {
    lock.readLock().lock();
    try {
      return entries.stream()
          .flatMap(Optional::stream)
          .filter(admitted)
          .sorted(Comparator.comparing(Entry::fullName))
          .toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * How a search is to be answered.
   *
   * @param visible whether an entry may be shown; others are neither shown nor counted
   * @param uses how often an entry was asked for of late
   */
  public record Terms(
      Predicate<Entry> visible, ToLongFunction<Entry> uses, long nowMillis, int from, int limit) {}

  private record Scored(Entry entry, double score) {}

  /** The best first. Every word must be found, each anywhere in an entry. */
  public Found search(Question question, Terms asked) {
    lock.readLock().lock();
    try {
      BitSet visible = visible(asked);
      List<Map<String, Float>> expanded =
          question.terms().stream().map(term -> expanded(term, visible)).toList();
      Optional<float[]> scores = scores(expanded, visible);
      List<Scored> found = new ArrayList<>();
      for (int number = visible.nextSetBit(0);
          number >= 0;
          number = visible.nextSetBit(number + 1)) {
        Entry entry = entries.get(number).orElseThrow();
        if ((scores.isEmpty() || scores.get()[number] > 0) && question.admits(entry)) {
          double words = scores.isEmpty() ? 1 : scores.get()[number];
          found.add(new Scored(entry, score(question, entry, words, asked)));
        }
      }
      found.sort(
          Comparator.comparingDouble((Scored each) -> -each.score())
              .thenComparing(each -> each.entry().fullName()));
      Matches matches = new Matches(expanded);
      List<Hit> page =
          found.stream()
              .skip(asked.from())
              .limit(asked.limit())
              .map(each -> new Hit(each.entry(), each.score(), matches.in(each.entry())))
              .toList();
      return new Found(page, found.size());
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * The numbers of what may be shown. Words are weighed by those alone, and a word that stands
   * nowhere else is none: or else scores, and what a typing error finds, would tell of the others.
   */
  private BitSet visible(Terms asked) {
    BitSet visible = new BitSet(entries.size());
    for (int number = 0; number < entries.size(); number++) {
      if (entries.get(number).filter(asked.visible()).isPresent()) {
        visible.set(number);
      }
    }
    return visible;
  }

  private Optional<float[]> scores(List<Map<String, Float>> expanded, BitSet visible) {
    if (expanded.isEmpty()) {
      return Optional.empty();
    }
    float[] total = new float[entries.size()];
    Arrays.fill(total, 1e-6f);
    for (Map<String, Float> terms : expanded) {
      float[] best = new float[total.length];
      for (Map.Entry<String, Float> term : terms.entrySet()) {
        Postings postings = words.get(term.getKey());
        double rarity = Math.log(1 + visible.cardinality() / (1.0 + postings.in(visible)));
        float worth = (float) ((0.3 + rarity) * term.getValue());
        for (int i = 0; i < postings.size(); i++) {
          int number = postings.entry(i);
          best[number] = Math.max(best[number], postings.weight(i) * worth);
        }
      }
      for (int i = 0; i < total.length; i++) {
        total[i] = best[i] == 0 || total[i] == 0 ? 0 : total[i] + best[i];
      }
    }
    return Optional.of(total);
  }

  /** The words of the index that one stands for, and how surely. */
  private Map<String, Float> expanded(String term, BitSet visible) {
    Map<String, Float> found = new HashMap<>();
    if (term.length() >= SHORTEST_PREFIX) {
      for (Map.Entry<String, Postings> each : words.tailMap(term, false).entrySet()) {
        String longer = each.getKey();
        if (!longer.startsWith(term) || found.size() >= LONGEST_PREFIX_LIST) {
          break;
        }
        if (each.getValue().anyIn(visible)) {
          found.put(longer, PREFIX * term.length() / longer.length() + PREFIX / 3);
        }
      }
    }
    Postings whole = words.get(term);
    if (whole != null && whole.anyIn(visible)) {
      found.put(term, 1f);
    }
    if (found.isEmpty() && term.length() >= SHORTEST_TYPO) {
      int edits = term.length() >= TWO_TYPOS ? 2 : 1;
      for (Map.Entry<String, Postings> other : words.entrySet()) {
        if (Words.near(term, other.getKey(), edits) && other.getValue().anyIn(visible)) {
          found.put(other.getKey(), TYPO);
        }
      }
    }
    return found;
  }

  private static double score(Question question, Entry entry, double words, Terms asked) {
    double score = words;
    String asName = String.join(" ", question.terms());
    boolean named =
        !question.terms().isEmpty()
            && (asName.equals(plain(entry.name())) || asName.equals(plain(entry.fullName())));
    score += named ? NAMED : 0;
    score *= 1 + 0.3 * Math.log10(1 + (double) Math.max(0, asked.uses().applyAsLong(entry)));
    score *= freshness(asked.nowMillis() - entry.dataAt());
    return entry.deprecated() ? score * 0.4 : score;
  }

  private static String plain(String name) {
    return String.join(" ", Words.of(name).stream().map(Words.Word::term).toList());
  }

  private static double freshness(long ageMillis) {
    double days = ageMillis / 86_400_000.0;
    return days < 1 ? 1.2 : days < 7 ? 1.1 : days < 60 ? 1.0 : 0.9;
  }
}
