package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitsTest {
  @TempDir Path directory;
  private Rows rows;
  private Sequence sequence;
  private Commits commits;
  private final AtomicInteger groups = new AtomicInteger();

  private final AtomicInteger unwritten = new AtomicInteger();
  private final AtomicInteger reopened = new AtomicInteger();
  private Runnable whileCounted = () -> {};
  private boolean syncFails;

  /** Counts groups, and fails when it is to. */
  private final class Counting implements Commits.Settling {
    @Override
    public void sync(List<Extent> named) {
      if (syncFails) {
        throw new IllegalStateException("the disk fails");
      }
    }

    @Override
    public void account(RowBatch batch) {
      groups.incrementAndGet();
      whileCounted.run();
    }

    @Override
    public void freed(Durability level, long life, List<Extent> extents) {}

    @Override
    public void unsynced() {}

    @Override
    public void unwritten() {
      unwritten.incrementAndGet();
    }

    @Override
    public void reopened() {
      reopened.incrementAndGet();
    }

    @Override
    public void requireSpace() {}
  }

  @BeforeEach
  void open() throws IOException {
    rows = Rows.open(ObjectSettings.in(directory));
    sequence = new Sequence(rows, new Random(1));
    commits = new Commits(rows, sequence, new Counting());
  }

  @AfterEach
  void close() throws IOException {
    rows.close();
  }

  private static byte[] key(String text) {
    return ("x" + text).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @Test
  void everyCommitHasItsNumberAndIsVisibleWhenItIsTold() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> work = new ArrayList<>();
    ConcurrentLinkedQueue<Long> numbers = new ConcurrentLinkedQueue<>();
    for (int thread = 0; thread < 8; thread++) {
      String name = "t" + thread;
      work.add(
          threads.submit(
              () -> {
                for (int at = 0; at < 200; at++) {
                  byte[] key = key(name + "." + at);
                  long number =
                      commits.commit(
                          at % 3 == 0 ? Durability.NONE : Durability.SYNC,
                          (given, batch) -> batch.put(key, number(given)));
                  assertThat(rows.get(key)).contains(number(number));
                  assertThat(sequence.current()).isGreaterThanOrEqualTo(number);
                  numbers.add(number);
                }
                return null;
              }));
    }
    for (Future<?> each : work) {
      each.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
    assertThat(numbers).hasSize(1600).doesNotHaveDuplicates();
    assertThat(sequence.current()).isEqualTo(1600);
  }

  @Test
  void whatWaitsWhileAGroupIsWrittenIsWrittenTogether() throws Exception {
    CountDownLatch leading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(21);
    List<Future<Long>> work = new ArrayList<>();
    work.add(
        threads.submit(
            () ->
                commits.commit(
                    Durability.SYNC,
                    (number, batch) -> {
                      leading.countDown();
                      await(go);
                      batch.put(key("first"), number(number));
                    })));
    leading.await();
    CountDownLatch asked = new CountDownLatch(20);
    for (int at = 0; at < 20; at++) {
      byte[] key = key("other" + at);
      work.add(
          threads.submit(
              () -> {
                asked.countDown();
                return commits.commit(
                    Durability.SYNC, (number, batch) -> batch.put(key, number(number)));
              }));
    }
    asked.await();
    go.countDown();
    for (Future<Long> each : work) {
      each.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
    assertThat(groups.get()).isLessThan(21);
    assertThat(sequence.current()).isEqualTo(21);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aChangeThatFailsTakesNoOtherWithItAndNoNumber() {
    commits.commit(Durability.SYNC, (number, batch) -> batch.put(key("a"), number(number)));
    assertThatThrownBy(
            () ->
                commits.commitAll(
                    Durability.SYNC,
                    List.of(
                        (number, batch) -> batch.put(key("half"), number(number)),
                        (number, batch) -> {
                          throw new StoreException(StoreException.Reason.INVALID_KEY, "no");
                        })))
        .isInstanceOf(StoreException.class);
    assertThat(rows.get(key("half"))).isEmpty();
    long last =
        commits.commitAll(
            Durability.SYNC,
            List.of(
                (number, batch) -> batch.put(key("b"), number(number)),
                (number, batch) -> batch.remove(key("a"))));
    assertThat(last).isEqualTo(3);
    assertThat(rows.get(key("a"))).isEmpty();
    assertThat(rows.get(key("b"))).contains(number(2));
  }

  @Test
  void aReservationThatWasPerhapsNotWrittenIsWrittenAgain() throws IOException {
    assertThatThrownBy(
            () ->
                commits.commit(
                    Durability.SYNC, (number, batch) -> batch.removeRange(key("b"), key("a"))))
        .isInstanceOf(IllegalStateException.class);
    RowBatch next = new RowBatch();
    assertThat(sequence.reserve(next)).isTrue();
    assertThat(next.isEmpty()).isFalse();
  }

  @Test
  void numbersNeverRepeatHoweverTheStoreEnded() throws IOException {
    long before =
        commits.commit(Durability.NONE, (number, batch) -> batch.put(key("a"), number(number)));
    rows.close();
    open();
    assertThat(sequence.current()).isGreaterThanOrEqualTo(before);
    assertThat(
            commits.commit(Durability.NONE, (number, batch) -> batch.put(key("a"), number(number))))
        .isGreaterThan(before);
  }

  @Test
  void aNumberThatAFailedCommitHadIsNotGivenAgainNorIsItsReservationBelieved() throws IOException {
    List<Long> given = new ArrayList<>();
    for (int at = 0; at < 4; at++) {
      byte[] key = key("k" + at);
      Commits.Change change =
          (number, batch) -> {
            given.add(number);
            batch.put(key, number(number));
          };
      syncFails = at % 2 == 0;
      if (syncFails) {
        assertThatThrownBy(() -> commits.commit(Durability.SYNC, change))
            .hasMessage("the disk fails");
        assertThat(rows.get(key)).isEmpty();
      } else {
        assertThat(rows.get(key("k" + (at - 1)))).isEmpty();
        assertThat(commits.commit(Durability.SYNC, change)).isEqualTo(sequence.current());
        assertThat(rows.get(key)).contains(number(given.get(at)));
      }
    }
    assertThat(given).isSorted().doesNotHaveDuplicates();
    rows.close();
    open();
    long next =
        commits.commit(Durability.SYNC, (number, batch) -> batch.put(key("z"), number(number)));
    assertThat(next).isGreaterThan(given.get(3));
  }

  /** Not to be carried out, for it is written backwards: RocksDB takes no write after it. */
  private void breakRows() {
    RowBatch batch = new RowBatch();
    batch.removeRange(key("b"), key("a"));
    assertThatThrownBy(() -> rows.commit(batch)).isInstanceOf(IllegalStateException.class);
    assertThat(rows.broken()).isPresent();
  }

  @Test
  void aGroupCountedBeforeTheRowsWereOpenedAnewIsNotWrittenIntoThem() {
    commits.commit(Durability.SYNC, (number, batch) -> batch.put(key("a"), number(number)));
    whileCounted =
        () -> {
          breakRows();
          commits.mend();
        };
    assertThatThrownBy(
            () ->
                commits.commit(
                    Durability.SYNC, (number, batch) -> batch.put(key("b"), number(number))))
        .hasMessageContaining("opened anew meanwhile");
    assertThat(rows.get(key("b"))).isEmpty();
    assertThat(List.of(reopened.get(), unwritten.get())).containsExactly(1, 1);
    whileCounted = () -> {};
    long next =
        commits.commit(Durability.SYNC, (number, batch) -> batch.put(key("b"), number(number)));
    assertThat(rows.get(key("b"))).contains(number(next));
  }

  @Test
  void aCommitThatWasInDoubtAndCameBackIsNotAheadOfTheLastOne() {
    List<Long> given = new ArrayList<>();
    whileCounted =
        () -> {
          // As if the log had taken the commit before it failed.
          RowBatch log = new RowBatch();
          log.put(key("doubt"), number(given.get(0)));
          rows.commit(log);
          breakRows();
        };
    assertThatThrownBy(
            () ->
                commits.commit(
                    Durability.SYNC,
                    (number, batch) -> {
                      given.add(number);
                      batch.put(key("doubt"), number(number));
                    }))
        .isInstanceOf(IllegalStateException.class);
    whileCounted = () -> {};
    commits.mend();
    assertThat(rows.get(key("doubt"))).contains(number(given.get(0)));
    assertThat(sequence.current()).isEqualTo(given.get(0));
  }

  @Test
  void closingWaitsForWhoWritesOnItsOwnThread() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    whileCounted =
        () -> {
          writing.countDown();
          await(go);
        };
    List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
    Waits writer =
        new Waits(
            () -> {
              commits.submit(
                  Durability.SYNC,
                  List.of((number, batch) -> batch.put(key("a"), number(number))),
                  new Commits.Asker() {
                    @Override
                    public void committed(long number) {
                      order.add("told");
                    }

                    @Override
                    public void failed(RuntimeException why) {
                      order.add(why.toString());
                    }
                  });
            });
    writing.await();
    Waits closer =
        new Waits(
            () -> {
              commits.close();
              order.add("closed");
            });
    closer.untilItWaits();
    go.countDown();
    writer.end();
    closer.end();
    assertThat(order).containsExactly("told", "closed");
  }
}
