package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final int CROWD = 49;
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicLong nanos = new AtomicLong();

  private static List<CompletableFuture<Boolean>> beaten(Turns turns, String table, int count) {
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(turns.beaten(table).toCompletableFuture());
    }
    return all;
  }

  private static List<Integer> told(List<CompletableFuture<Boolean>> all) {
    return IntStream.range(0, all.size()).filter(i -> all.get(i).isDone()).boxed().toList();
  }

  @Test
  void ofACrowdAFewAreToldAndTheNextWhenOneHasSucceeded() {
    Turns turns = new Turns(LONG, nanos::get);
    var crowd = beaten(turns, "one", CROWD);
    int few = told(crowd).size();
    assertThat(few).isBetween(1, CROWD / 2);
    assertThat(told(crowd)).containsExactlyElementsOf(IntStream.range(0, few).boxed().toList());
    turns.won("one");
    turns.won("another");
    assertThat(told(crowd)).hasSize(few + 1).contains(few);
    assertThat(told(beaten(turns, "another", 1)))
        .as("tables do not wait for each other")
        .hasSize(1);
  }

  @Test
  void whoeverDoesNotComeBackHoldsUpNobody() {
    Turns turns = new Turns(LONG, nanos::get);
    var crowd = beaten(turns, "one", CROWD);
    int few = told(crowd).size();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    turns.won("one");
    assertThat(told(crowd)).hasSize(2 * few);
  }

  @Test
  void nobodyWaitsForLongerThanIsSetAndNotAtAllWhereNoneIs() {
    Turns turns = new Turns(Duration.ofMillis(1), nanos::get);
    beaten(turns, "one", CROWD).forEach(CompletableFuture::join);
    assertThat(told(beaten(new Turns(Duration.ZERO, nanos::get), "one", CROWD))).hasSize(CROWD);
  }
}
