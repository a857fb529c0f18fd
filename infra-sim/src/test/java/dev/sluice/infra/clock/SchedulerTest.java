package dev.sluice.infra.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void virtualTimeRunsEventsInOrderAtTheirOwnInstant() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    VirtualTime time = new VirtualTime(START, 10_000);
    List<Instant> seen = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      Instant when = START.plusSeconds(random.nextInt(50));
      time.at(
          when,
          () -> {
            assertThat(time.instant()).isEqualTo(when);
            seen.add(when);
            numbers.add(number);
          });
    }

    time.advance(Duration.ofMinutes(1));

    assertThat(seen).hasSize(1000).isSorted();
    for (int i = 1; i < seen.size(); i++) {
      if (seen.get(i).equals(seen.get(i - 1))) {
        assertThat(numbers.get(i)).isGreaterThan(numbers.get(i - 1));
      }
    }
    assertThat(time.instant()).isEqualTo(START.plusSeconds(60));
  }

  @Test
  void anEventMayLayInAnotherThatIsDueAtOnce() {
    VirtualTime time = new VirtualTime(START, 10);
    List<String> seen = new ArrayList<>();
    time.at(
        START.plusSeconds(1),
        () -> {
          seen.add("first");
          time.at(START, () -> seen.add("overdue at " + time.instant()));
        });

    time.advance(Duration.ofSeconds(2));

    assertThat(seen).containsExactly("first", "overdue at 2026-01-01T00:00:01Z");
    assertThat(time.waiting()).isZero();
  }

  @Test
  void aFullAgendaRefusesFurtherEvents() {
    VirtualTime time = new VirtualTime(START, 2);
    time.at(START, () -> {});
    time.at(START, () -> {});

    assertThatThrownBy(() -> time.at(START, () -> {})).hasMessageContaining("full: 2");
  }

  @Test
  void wallTimeRunsEventsInOrderAndOutlivesOneThatFails() throws Exception {
    WallTime time = new WallTime(InstantSource.system(), 100);
    List<Integer> seen = new ArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    Instant now = time.instant();
    time.at(
        now.plusMillis(60),
        () -> {
          seen.add(3);
          last.countDown();
        });
    time.at(
        now.plusMillis(20),
        () -> {
          throw new IllegalStateException("meant to fail");
        });
    time.at(now.plusMillis(20), () -> seen.add(2));
    time.at(now.minusSeconds(5), () -> seen.add(1));
    time.start();

    assertThat(last.await(60, TimeUnit.SECONDS)).isTrue();
    time.stop();
    assertThat(seen).containsExactly(1, 2, 3);
  }

  @Test
  void wallTimeNeverRunsBackwards() {
    Instant[] machine = {START};
    WallTime time = new WallTime(() -> machine[0], 1);
    assertThat(time.instant()).isEqualTo(START);

    machine[0] = START.minusSeconds(100);

    assertThat(time.instant()).isEqualTo(START);
  }
}
