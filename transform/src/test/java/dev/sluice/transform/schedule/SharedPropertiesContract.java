package dev.sluice.transform.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.schedule.SharedProperties.Seen;
import dev.sluice.transform.schedule.SharedProperties.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What runners rely on, of a table as of memory. */
abstract class SharedPropertiesContract {
  /** A client of properties that nobody set yet; each call gives another client of the same. */
  abstract SharedProperties client() throws Exception;

  @Test
  void whoReadBeforeAnotherSwappedIsRefusedAndSetsNothing() throws Exception {
    Seen first = client().read();
    Seen second = client().read();

    assertThat(client().swap(first, Map.of("winner", "one"))).isEqualTo(Swap.DONE);
    assertThat(client().swap(second, Map.of("winner", "two", "more", "of it")))
        .isEqualTo(Swap.BEATEN);
    assertThat(client().read().values()).containsEntry("winner", "one").doesNotContainKey("more");
    assertThat(client().read().version()).isEqualTo(first.version() + 1);
  }

  @Test
  void whatWasReadLongAgoNeverFitsAgain() throws Exception {
    Seen old = client().read();
    for (int i = 0; i < 4; i++) {
      assertThat(client().swap(client().read(), Map.of("turn", "" + i))).isEqualTo(Swap.DONE);
      assertThat(client().swap(old, Map.of("turn", "of the old"))).isEqualTo(Swap.BEATEN);
    }
    assertThat(client().read().values()).containsEntry("turn", "3");
  }

  @Test
  void ofManyAtOnceNoneIsLost() throws Exception {
    int workers = 4;
    int each = 5;
    client().swap(client().read(), Map.of("count", "0"));
    CountDownLatch ready = new CountDownLatch(workers);
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    List<Future<Integer>> won = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      SharedProperties client = client();
      Callable<Integer> work =
          () -> {
            ready.countDown();
            ready.await();
            return countUp(client, each);
          };
      won.add(pool.submit(work));
    }
    for (Future<Integer> one : won) {
      assertThat(one.get()).isEqualTo(each);
    }
    pool.shutdown();
    assertThat(client().read().values()).containsEntry("count", "" + workers * each);
  }

  private static int countUp(SharedProperties client, int times) throws Exception {
    int done = 0;
    while (done < times) {
      Seen seen = client.read();
      int count = Integer.parseInt(seen.values().get("count"));
      if (client.swap(seen, Map.of("count", "" + (count + 1))) == Swap.DONE) {
        done++;
      }
    }
    return done;
  }
}
