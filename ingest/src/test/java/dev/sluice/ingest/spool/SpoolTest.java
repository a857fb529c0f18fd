package dev.sluice.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ingest.sink.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
            List<Spool.Frame> frames = spool.await(0);
            frames = frames.subList(0, 1 + random.nextInt(frames.size()));
            for (Spool.Frame frame : frames) {
              assertThat(frame.events()).isEqualTo(kept.get(replayed));
              replayed++;
            }
            spool.replayed(frames);
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
      List<Spool.Frame> frames = spool.await(0);
      assertThat(frames.get(0).events()).containsExactly(event("first"));
      spool.replayed(frames);
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
      spool.replayed(spool.await(0));
      assertThat(spool.append(events)).isTrue();
    }
  }

  @Test
  void anEventThatTheLogNeverTakesIsSetAsideAndHoldsNobodyUp() throws Exception {
    try (Spool spool = Spool.open(directory, 1 << 20);
        MockProducer<byte[], byte[]> log =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(spool.append(List.of(event("too long"), event("next")))).isTrue();
      SpoolReplay replay = new SpoolReplay(spool, log);
      replay.start();
      Await.until("both are sent", () -> log.history().size() == 2);
      assertThat(log.errorNext(new RecordTooLargeException("1 byte too many"))).isTrue();
      assertThat(log.completeNext()).isTrue();
      Await.until("nothing waits", spool::empty);
      replay.stop(Duration.ofSeconds(20));
      assertThat(log.history()).hasSize(2);
    }
    assertThat(Files.readString(directory.resolve("refused.ndjson")))
        .isEqualTo(
            "{\"topic\":\"clicks\",\"receivedMillis\":7,\"key\":\"k\","
                + "\"why\":\"1 byte too many\",\"value\":\"dG9vIGxvbmc=\"}\n");
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
