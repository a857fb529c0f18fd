package dev.sluice.lake.book.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What is found, and in which order, by who may see some entries and not others. */
class SearchIndexTest {
  private static final List<String> WORDS =
      List.of("order", "orders", "ordering", "shop", "price", "prices", "purchase", "payment");

  private static Entry entry(long id, String namespace, String name, String description) {
    return new Entry(id, namespace, name, "table", description, "", List.of(), List.of(), false, 0);
  }

  private static Found search(SearchIndex index, String words, Predicate<Entry> visible) {
    return index.search(Question.of(words), new SearchIndex.Terms(visible, entry -> 0, 0, 0, 1000));
  }

  private static boolean open(Entry entry) {
    return entry.namespace().equals("open");
  }

  @Test
  void aWordThatStandsInHiddenEntriesAloneIsNoWord() {
    SearchIndex index = new SearchIndex();
    index.put(entry(1, "open", "payments", ""));
    assertThat(search(index, "paymants", SearchIndexTest::open).total()).isOne();
    index.put(entry(2, "hidden", "paymants", ""));
    assertThat(search(index, "paymants", SearchIndexTest::open).total())
        .as("it is still taken for a typing error")
        .isOne();
    assertThat(search(index, "paymants", entry -> true).hits().get(0).entry().id()).isEqualTo(2);
  }

  @Test
  void whatOneMaySeeIsFoundAndWeighedAsIfThereWereNothingElse() {
    long seed = 20_261_121L;
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      SearchIndex alone = new SearchIndex();
      SearchIndex among = new SearchIndex();
      for (long id = 0; id < 60; id++) {
        String namespace = random.nextInt(3) == 0 ? "open" : "hidden";
        Entry entry = entry(id, namespace, word(random) + "_" + word(random), word(random));
        among.put(entry);
        if (open(entry)) {
          alone.put(entry);
        }
      }
      among.put(entry(3, "hidden", "written", "anew"));
      alone.remove(3);
      for (String word : List.of("order", "pric", "shop price", "purchas payment", "ordr", "p")) {
        assertThat(search(among, word, SearchIndexTest::open))
            .as("seed %d, round %d, %s", seed, round, word)
            .isEqualTo(search(alone, word, SearchIndexTest::open));
      }
    }
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }
}
