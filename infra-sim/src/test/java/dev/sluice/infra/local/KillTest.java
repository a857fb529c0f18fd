package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline is killed under load, again and again, and owes nobody an event. */
@Tag("alone")
class KillTest {
  private static final int ROUNDS = 3;
  private static final int BATCH = 200;

  @TempDir Path data;

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void killedAtRandomMomentsUnderLoadItLosesAndDoublesNothingItAcknowledged() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("KillTest seed " + seed);
    Random random = new Random(seed);
    Set<String> acknowledged = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (PipelineProcess pipeline = LocalPipeline.start(data)) {
        acknowledged.addAll(loadAndKill(pipeline, round, 500 + random.nextInt(4_500)));
      }
    }
    assertThat(acknowledged).as("batches acknowledged, seed %d", seed).isNotEmpty();

    try (PipelineProcess pipeline = LocalPipeline.start(data)) {
      LocalPipeline.awaitRows(pipeline.client(), (long) acknowledged.size() * BATCH);
      assertEachIsThereOnce(pipeline.client(), acknowledged, seed);
      JsonNode verdict = LocalPipeline.verify(pipeline.client());
      assertThat(verdict.path("verdict").asText())
          .as("seed %d: %s", seed, verdict)
          .isEqualTo("sound");
    }
  }

  /** Sends batch after batch until the pipeline is gone; the batches it acknowledged. */
  private static Set<String> loadAndKill(PipelineProcess pipeline, int round, int afterMillis)
      throws Exception {
    ExecutorService sender = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch first = new CountDownLatch(1);
      Future<Set<String>> batches = sender.submit(load(pipeline.client(), round, first));
      assertThat(first.await(60, TimeUnit.SECONDS)).as("a first batch is acknowledged").isTrue();
      CountDownLatch never = new CountDownLatch(1);
      assertThat(never.await(afterMillis, TimeUnit.MILLISECONDS)).isFalse();
      pipeline.kill();
      return batches.get(60, TimeUnit.SECONDS);
    } finally {
      sender.shutdownNow();
    }
  }

  private static Callable<Set<String>> load(Pipeline pipeline, int round, CountDownLatch first) {
    return () -> {
      Set<String> acknowledged = new HashSet<>();
      for (int number = 0; ; number++) {
        String batch = "round-" + round + "-batch-" + number;
        try {
          JsonNode answer = LocalPipeline.send(pipeline, "app-events", lines(batch));
          if (answer.path("accepted").asInt() == BATCH) {
            acknowledged.add(batch);
            first.countDown();
          }
        } catch (IOException gone) {
          return acknowledged;
        }
      }
    };
  }

  private static String lines(String batch) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < BATCH; i++) {
      lines.append(
          """
          {"event_id":"%s-%d","event_time":"%s","user_id":"user-%d","type":"view","page":"%s"}
          """
              .formatted(batch, i, java.time.Instant.now(), i, batch));
    }
    return lines.toString();
  }

  /** An unacknowledged batch may be there in part, but nothing twice. */
  private static void assertEachIsThereOnce(
      Pipeline pipeline, Set<String> acknowledged, long seed) {
    Set<String> missing = new HashSet<>(acknowledged);
    JsonNode batches =
        LocalPipeline.sql(
            pipeline,
            "SELECT page, count(*), count(DISTINCT event_id) FROM raw.app_events GROUP BY page");
    for (JsonNode batch : batches) {
      String name = batch.get(0).asText();
      assertThat(batch.get(1).asLong())
          .as("%s, seed %d", name, seed)
          .isEqualTo(batch.get(2).asLong());
      if (batch.get(1).asLong() == BATCH) {
        missing.remove(name);
      }
    }
    assertThat(missing).as("acknowledged batches that are not whole, seed %d", seed).isEmpty();
  }
}
