package dev.sluice.infra.compute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.infra.clock.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final ComputeSettings SETTINGS = Settings.defaults(ComputeSettings.class);

  private static final List<Command> WISHES =
      List.of(Command.START, Command.STOP, Command.TERMINATE);

  @TempDir private Path directory;

  /** A random but repeatable day at the office; the bytes that it leaves. */
  private byte[] journal(Path where, long seed, int calls) throws Exception {
    VirtualTime time = new VirtualTime(START, 100_000);
    Compute compute = new Compute(SETTINGS, where, time, seed, InstanceTypes.shipped());
    compute.start();
    Random random = new Random(seed);
    for (int i = 0; i < calls; i++) {
      act(compute, random);
      time.advance(Duration.ofMillis(random.nextInt(20_000)));
    }
    compute.stop();
    return Files.readAllBytes(where.resolve("instances.journal"));
  }

  private static void act(Compute compute, Random random) {
    List<Instance> all = compute.instances();
    int choice = all.isEmpty() ? 0 : random.nextInt(4);
    try {
      if (choice == 0) {
        List<InstanceType> types = compute.types().all();
        String type = types.get(random.nextInt(types.size())).name();
        int count = 1 + random.nextInt(3);
        compute.run(
            new Launch(
                "ami-12345678",
                type,
                1,
                count,
                Optional.empty(),
                Map.of("n", "1"),
                Optional.empty()));
      } else {
        Command command = WISHES.get(choice - 1);
        compute.command(command, List.of(all.get(random.nextInt(all.size())).id()));
      }
    } catch (Refusal refused) {
      assertThat(refused.reason())
          .isIn(Refusal.Reason.INCORRECT_STATE, Refusal.Reason.INSTANCE_LIMIT);
    }
  }

  @Test
  void theSameSeedAndCallsLeaveTheSameBytes() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);

    byte[] first = journal(directory.resolve("a"), seed, 300);
    byte[] second = journal(directory.resolve("b"), seed, 300);

    assertThat(first).isEqualTo(second).hasSizeGreaterThan(10_000);
    assertThat(journal(directory.resolve("c"), seed + 1, 300)).isNotEqualTo(first);
  }

  @Test
  void aJournalCutAnywhereOpensWithEveryWholeEvent() throws Exception {
    byte[] whole = journal(directory.resolve("whole"), 5, 6);
    int events = open(whole).size();
    assertThat(events).isGreaterThan(6);
    int last = new String(whole, UTF_8).lastIndexOf('\n', whole.length - 2);
    for (int cut = 0; cut <= whole.length; cut += cut < last - 3 ? 97 : 1) {
      byte[] torn = Arrays.copyOf(whole, cut);
      long newlines = new String(torn, UTF_8).lines().count();
      boolean ended = cut > 0 && torn[cut - 1] == '\n';
      assertThat((long) open(torn).size())
          .as("cut at %d of %d", cut, whole.length)
          .isEqualTo(ended || cut == 0 ? newlines : newlines - 1);
    }
  }

  @Test
  void aTornTailIsCutSoThatTheNextEventStandsOnItsOwn() throws Exception {
    byte[] whole = journal(directory.resolve("whole"), 5, 6);
    Path file = directory.resolve("torn");
    Files.write(file, Arrays.copyOf(whole, whole.length - 3));
    Journal.Opening first = Journal.open(file);
    first.journal().append(new Event.Forgotten(START, "i-0"));
    first.journal().close();

    List<Event> events = Journal.open(file).events();

    assertThat(events).hasSize(first.events().size() + 1);
    assertThat(events.get(events.size() - 1)).isEqualTo(new Event.Forgotten(START, "i-0"));
  }

  @Test
  void damageThatNoCrashLeavesRefusesToOpen() throws Exception {
    byte[] whole = journal(directory.resolve("whole"), 5, 6);
    whole[20] ^= 1;
    assertThatThrownBy(() -> open(whole))
        .hasMessageContaining("is damaged at byte 0 (whole lines follow a broken one)");
  }

  private List<Event> open(byte[] bytes) throws IOException {
    Path file = directory.resolve("one");
    Files.write(file, bytes);
    Journal.Opening opening = Journal.open(file);
    opening.journal().close();
    return opening.events();
  }
}
