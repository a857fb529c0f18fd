package dev.sluice.ingest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.ingest.recent.IdHash;
import dev.sluice.ingest.recent.RecentIds;
import dev.sluice.ingest.recent.ShardIds;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What looking for duplicates costs for each event, in time of the processors, RocksDB's own
 * threads included: four shards that get 20 000 events a second together, one in a hundred of them
 * sent twice, a commit every ten seconds. Run with {@code -Pbench}; nothing is asserted of the
 * figures.
 */
@Tag("bench")
class RecentIdsCostTest {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final int SHARDS = 4;
  private static final int EVENTS_PER_SECOND = 20_000;
  private static final int EVENTS_PER_COMMIT = 200_000;
  private static final int COMMITS = 15;
  private static final int REPEATED_ONE_IN = 100;
  private static final int REPEATED_AFTER = 1_000_000;

  @TempDir private Path directory;

  @Test
  void whatAnHourOfIdsCosts() {
    measure("1h", Duration.ofHours(1), 256L << 20);
  }

  @Test
  void whatTwoMinutesOfIdsCost() {
    measure("2m", Duration.ofMinutes(2), 256L << 20);
  }

  @Test
  void whatABudgetThatIsSpentCosts() {
    measure("budget", Duration.ofHours(1), 64L << 20);
  }

  private void measure(String what, Duration window, long budget) {
    byte[] text = "00000000-0000-4000-8000-000000000000".getBytes(StandardCharsets.US_ASCII);
    IdHash hash = new IdHash();
    long repeated = 0;
    long warmUntil = COMMITS / 3;
    long looking = 0;
    long landing = 0;
    long all = 0;
    long events = 0;
    try (RecentIds recent = new RecentIds(directory.resolve(what), budget, new Unheard())) {
      ShardIds[] shards = new ShardIds[SHARDS];
      for (int i = 0; i < SHARDS; i++) {
        shards[i] = recent.shard("shard-" + i, window);
        shards[i].begin(0, (since, taker) -> {});
      }
      long event = 0;
      for (int commit = 0; commit < COMMITS; commit++) {
        long begin = PROCESS.getProcessCpuTime();
        long beginning = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < EVENTS_PER_COMMIT; i++, event++) {
          long number = event % REPEATED_ONE_IN == 0 ? event - REPEATED_AFTER - 1 : event;
          write(text, number);
          long millis = 1_000_000_000_000L + event * 1_000 / EVENTS_PER_SECOND;
          if (shards[(int) Math.floorMod(number, (long) SHARDS)].seen(
              hash.text(text, 0, text.length), millis)) {
            repeated++;
          }
        }
        long looked = THREADS.getCurrentThreadCpuTime();
        for (ShardIds shard : shards) {
          shard.send();
          shard.landed(event + 1);
        }
        if (commit >= warmUntil) {
          events += EVENTS_PER_COMMIT;
          looking += looked - beginning;
          landing += THREADS.getCurrentThreadCpuTime() - looked;
          all += PROCESS.getProcessCpuTime() - begin;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "IDS %s: %d ns an event to look, %d ns to keep, %d ns of all processors; %d found,"
              + " window %s%n",
          what,
          looking / events,
          landing / events,
          all / events,
          repeated,
          shards[0].known());
      assertThat(repeated).isPositive();
    }
  }

  /** A number as a UUID's last digits, mixed: ids of devices look like chance. */
  private static void write(byte[] text, long number) {
    long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
    for (int i = 24; i < 36; i++) {
      text[i] = (byte) Character.forDigit((int) (mixed >>> (4 * (i - 24))) & 15, 16);
    }
    for (int i = 0; i < 8; i++) {
      text[i] = (byte) Character.forDigit((int) (number >>> (4 * i)) & 15, 16);
    }
  }

  private static final class Unheard implements RecentIds.Watcher {
    @Override
    public void forgotten(long ids) {
      // The window says so.
    }

    @Override
    public void gathered(long ids) {
      throw new AssertionError("nobody else was here");
    }

    @Override
    public void notGathered(String shard, RuntimeException why) {
      throw new AssertionError(shard, why);
    }
  }
}
