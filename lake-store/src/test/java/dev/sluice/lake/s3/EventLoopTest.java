package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Nothing that blocks runs on an event loop. A watchdog feels each loop's pulse (how much processor
 * time a loop uses before a task gets its turn) and looks at its stack and state every few
 * milliseconds. Processor time and not the clock, for on a busy machine a loop that is not given a
 * processor is no fault of ours.
 */
class EventLoopTest {
  private static final long LIMIT_MILLIS = 100;
  private static final long PERIOD_MILLIS = 5;
  private static final List<String> FORBIDDEN =
      List.of(
          "org.rocksdb", "dev.sluice.lake.object.Rows", "FileChannelImpl.force", "MessageDigest");

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TempDir Path directory;

  private static final class Pulse {
    private final Context loop;
    private final Thread thread;
    private final Set<String> forbidden;
    private volatile boolean asked;
    private volatile long longestBusy;
    private int stopped;
    private int longestStopped;

    Pulse(Context loop, Thread thread, Set<String> forbidden) {
      this.loop = loop;
      this.thread = thread;
      this.forbidden = forbidden;
    }

    void feel() {
      if (!asked) {
        asked = true;
        long before = THREADS.getThreadCpuTime(thread.getId());
        loop.runOnContext(
            ignored -> {
              longestBusy = Math.max(longestBusy, THREADS.getCurrentThreadCpuTime() - before);
              asked = false;
            });
      }
      // A loop that polls for events is in native code, and so runnable.
      stopped = thread.getState() == Thread.State.RUNNABLE ? 0 : stopped + 1;
      longestStopped = Math.max(longestStopped, stopped);
      Arrays.stream(thread.getStackTrace())
          .map(StackTraceElement::toString)
          .filter(frame -> FORBIDDEN.stream().anyMatch(frame::contains))
          .forEach(forbidden::add);
    }
  }

  @Test
  void noEventLoopIsBlockedUnderLargeAndManySmallRequests() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    ExecutorService clients = Executors.newFixedThreadPool(6);
    Set<String> seen = new ConcurrentSkipListSet<>();
    try (LocalS3 lake = new LocalS3(directory)) {
      lake.store().createBucket("lake", "");
      // What the first requests load and compile is not what is measured.
      load(lake, 9, 30, 1 << 20);
      List<Pulse> pulses = new ArrayList<>();
      for (int loop = 0; loop < 2 * Runtime.getRuntime().availableProcessors(); loop++) {
        Context context = lake.vertx().getOrCreateContext();
        pulses.add(new Pulse(context, threadOf(context), seen));
      }
      Future<?> watching =
          timer.scheduleAtFixedRate(
              () -> pulses.forEach(Pulse::feel), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
      List<Future<?>> work = new ArrayList<>();
      for (int client = 0; client < 6; client++) {
        int number = client;
        boolean large = client < 2;
        work.add(
            clients.submit(() -> load(lake, number, large ? 3 : 100, large ? 32 << 20 : 3_000)));
      }
      for (Future<?> each : work) {
        each.get(120, TimeUnit.SECONDS);
      }
      assertThat(watching.cancel(false)).isTrue();
      long busy = pulses.stream().mapToLong(each -> each.longestBusy).max().orElseThrow();
      long stopped = pulses.stream().mapToLong(each -> each.longestStopped).max().orElseThrow();
      System.out.println(
          "EventLoopTest: busy at most " + busy / 1_000 + " us, stopped for " + stopped + " looks");
      assertThat(seen).isEmpty();
      assertThat(TimeUnit.NANOSECONDS.toMillis(busy)).isLessThan(LIMIT_MILLIS);
      assertThat(stopped * PERIOD_MILLIS).isLessThan(LIMIT_MILLIS);
    } finally {
      timer.shutdownNow();
      clients.shutdownNow();
    }
  }

  private static Thread threadOf(Context context) throws InterruptedException {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    context.runOnContext(
        ignored -> {
          thread.set(Thread.currentThread());
          known.countDown();
        });
    assertThat(known.await(60, TimeUnit.SECONDS)).isTrue();
    return thread.get();
  }

  private static void load(LocalS3 lake, int client, int times, int size) {
    byte[] bytes = new byte[size];
    new Random(client).nextBytes(bytes);
    try (S3Client s3 = lake.client()) {
      for (int time = 0; time < times; time++) {
        String key = client + "/" + time;
        s3.putObject(each -> each.bucket("lake").key(key), RequestBody.fromBytes(bytes));
        byte[] got =
            s3.getObject(each -> each.bucket("lake").key(key), ResponseTransformer.toBytes())
                .asByteArrayUnsafe();
        assertThat(got).hasSize(size);
        s3.listObjectsV2(each -> each.bucket("lake").maxKeys(10));
      }
    }
  }
}
