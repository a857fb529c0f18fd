package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.Command;
import dev.sluice.transform.sample.LakeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two schedulers for one real lake, as people start them and speak to them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScheduleCommandTest {
  private static final String SETTINGS =
      """
      schedules:
        nightly:
          cron: '30 3 * * *'
          zone: Europe/Berlin
          run: nightly --date {day}
      lease: 3s
      look: 200ms
      """;

  @TempDir private Path data;
  private final CountDownLatch told = new CountDownLatch(1);
  private Path done;

  @Test
  void twoSchedulersRunWhatPeopleAskForOnceAndRestWhenTold() throws Exception {
    Path config = Files.writeString(data.resolve("schedule.yaml"), SETTINGS);
    done = data.resolve("done");
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (LakeProcess lake = LakeProcess.start(data)) {
      assertThat(lake.endpoints().pid()).isPositive();
      assertThat(schedule("prepare").err()).isEmpty();
      assertThat(schedule("prepare").exit()).as("made again").isZero();
      assertThat(schedule("list").out().lines()).hasSize(1);

      List<Future<Command>> schedulers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        schedulers.add(pool.submit(() -> schedule("", "--config", config.toString())));
      }
      await(() -> schedule("list").out().contains("30 3 * * * Europe/Berlin"));
      assertThat(schedule("pause", "nightly").out()).isEqualTo("nightly is paused\n");
      assertThat(schedule("list").out()).contains("paused");
      assertThat(schedule("run-now", "nightly", "--date", "2026-11-03").exit()).isZero();
      await(() -> Files.exists(done) && schedule("list").out().contains("paused"));
      assertThat(schedule("resume", "nightly").exit()).isZero();
      assertThat(schedule("run-now", "nightly", "--date", "2026-11-04").exit()).isZero();
      await(() -> read().lines().count() == 2 && schedule("list").out().contains("waits"));

      assertThat(read().lines())
          .containsExactly(
              "etl nightly --date 2026-11-03 --data " + data,
              "etl nightly --date 2026-11-04 --data " + data);
      Command unknown = schedule("pause", "nigtly");
      assertThat(unknown.exit()).isEqualTo(2);
      assertThat(unknown.err())
          .isEqualTo("there is no schedule 'nigtly'; did you mean 'nightly'?\n");
      assertThat(Files.readString(data.resolve("etl/schedule.prom")))
          .containsPattern("last_success_timestamp_seconds\\{schedule=\"nightly\"} [1-9]");
      told.countDown();
      for (Future<Command> scheduler : schedulers) {
        assertThat(scheduler.get().exit()).isZero();
      }
    } finally {
      told.countDown();
      pool.shutdown();
    }
  }

  private String read() {
    try {
      return Files.readString(done);
    } catch (java.io.IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come to be");
      }
      Thread.onSpinWait();
    }
  }

  /** The command; a process that it starts only writes its words down. */
  private Command schedule(String name, String... words) {
    List<String> all = new ArrayList<>(List.of("schedule"));
    if (!name.isEmpty()) {
      all.add(name);
    }
    all.addAll(List.of("--data", data.toString()));
    all.addAll(List.of(words));
    ScheduleCommand.Host process =
        new ScheduleCommand.Host(
            Clock.systemUTC(),
            Map.of(),
            new Random(7),
            () -> UUID.randomUUID().toString(),
            List.of("/bin/sh", "-c", "echo \"$@\" >> " + done, "sluice"),
            (service, ready) -> {
              service.start();
              ready.run();
              told.await();
              service.stop();
            });
    return Command.etl(new ScheduleCommand(process), all.toArray(String[]::new));
  }
}
