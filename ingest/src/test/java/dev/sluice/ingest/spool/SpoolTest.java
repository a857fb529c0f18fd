package dev.sluice.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir private Path directory;

  @Test
  void whatIsKeptComesBackInOrderAlsoAfterACrash() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<List<SpooledEvent>> kept = new ArrayList<>();
    int replayed = 0;
    for (int life = 0; life < 20; life++) {
      // Closing writes nothing: it stands for a crash.
      try (Spool spool = Spool.open(directory, 10 << 20)) {
        for (int step = random.nextInt(8); step > 0; step--) {
          if (random.nextBoolean() || replayed == kept.size()) {
            List<SpooledEvent> events = events(random);
            assertThat(spool.append(events)).isTrue();
            kept.add(events);
          } else {
            Spool.Frame frame = spool.await(0).orElseThrow();
            assertThat(frame.events()).isEqualTo(kept.get(replayed));
            spool.replayed(frame);
            replayed++;
          }
        }
        assertThat(spool.empty()).isEqualTo(replayed == kept.size());
      }
    }
  }

  @Test
  void aFrameTornByACrashIsCutOffAndDamageBeforeOthersStops() throws Exception {
    Path file = directory.resolve("events.spool");
    try (Spool spool = Spool.open(directory, 1 << 20)) {
      assertThat(spool.append(List.of(event("first")))).isTrue();
      assertThat(spool.append(List.of(event("second")))).isTrue();
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 3));
    try (Spool spool = Spool.open(directory, 1 << 20)) {
      Spool.Frame frame = spool.await(0).orElseThrow();
      assertThat(frame.events()).containsExactly(event("first"));
      spool.replayed(frame);
      assertThat(spool.empty()).isTrue();
    }
    whole[30] ^= 1;
    Files.write(file, whole);
    assertThatThrownBy(() -> Spool.open(directory, 1 << 20))
        .isInstanceOf(Spool.DamagedException.class)
        .hasMessageContaining("is damaged at byte 8");
  }

  @Test
  void aFullSpoolTakesNothingUntilItIsReplayedAndNoOtherOpensIt() throws Exception {
    try (Spool spool = Spool.open(directory, 400)) {
      List<SpooledEvent> events = List.of(event("x".repeat(200)));
      assertThat(spool.append(events)).isTrue();
      assertThat(spool.append(events)).isFalse();
      assertThatThrownBy(() -> Spool.open(directory, 400))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
      spool.replayed(spool.await(0).orElseThrow());
      assertThat(spool.append(events)).isTrue();
    }
  }

  private static List<SpooledEvent> events(Random random) {
    List<SpooledEvent> events = new ArrayList<>();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      byte[] value = new byte[random.nextInt(2_000)];
      random.nextBytes(value);
      events.add(
          new SpooledEvent(
              "stream-" + random.nextInt(3),
              random.nextLong(),
              random.nextBoolean() ? Optional.empty() : Optional.of("ü" + random.nextInt()),
              random.nextBoolean() ? Map.of() : Map.of("ce_id", "é", "content-type", "x"),
              ByteBuffer.wrap(value)));
    }
    return events;
  }

  private static SpooledEvent event(String text) {
    return new SpooledEvent(
        "clicks",
        7,
        Optional.of("k"),
        Map.of(),
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }
}
