package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node is terminated under load, by an AWS client's call, and its worker with it. */
@Tag("alone")
class NodeLossTest {
  private static final int BATCHES = 40;
  private static final int BATCH = 250;

  @TempDir Path data;

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void theShardsOfATerminatedNodeMoveToTheOtherAndNothingIsLostOrDoubled() throws Exception {
    try (PipelineProcess process = LocalPipeline.start(data)) {
      Pipeline pipeline = process.client();
      JsonNode before = awaitStatus(pipeline, status -> shardsByNode(status, "running") == 2);
      String doomed = before.path("nodes").get(0).path("id").asText();
      String other = before.path("nodes").get(1).path("id").asText();
      assertThat(before.path("nodes").get(0).path("type").asText()).isEqualTo("c5.large");
      assertThat(before.path("nodes").get(0).path("pricePerHourUsd").asText()).isEqualTo("0.085");
      assertThat(before.path("nodes").get(0).path("tags").asText()).contains("ingest-worker");

      for (int batch = 0; batch < BATCHES; batch++) {
        if (batch == BATCHES / 2) {
          new CloudClient(pipeline, InstantSource.system()).terminate(doomed);
        }
        JsonNode answer = LocalPipeline.send(pipeline, "app-events", lines(batch));
        assertThat(answer.path("accepted").asInt()).isEqualTo(BATCH);
      }

      LocalPipeline.awaitRows(pipeline, BATCHES * BATCH);
      JsonNode counts =
          LocalPipeline.sql(
              pipeline, "SELECT count(*), count(DISTINCT event_id) FROM raw.app_events");
      assertThat(counts.get(0).get(0).asInt()).isEqualTo(BATCHES * BATCH);
      assertThat(counts.get(0).get(1).asInt()).isEqualTo(BATCHES * BATCH);
      assertThat(LocalPipeline.verify(pipeline).path("verdict").asText()).isEqualTo("sound");
      // The doomed node is shown as shutting down until its worker has ended.
      JsonNode after = awaitStatus(pipeline, status -> status.path("nodes").size() == 1);
      assertThat(after.path("nodes").get(0).path("id").asText()).isEqualTo(other);
      awaitStatus(pipeline, status -> status.path("nodes").get(0).path("shards").asInt() == 8);
    }

    try (PipelineProcess again = LocalPipeline.start(data)) {
      JsonNode restarted =
          awaitStatus(again.client(), status -> shardsByNode(status, "running") == 1);
      assertThat(restarted.path("nodes")).as("terminated is for good").hasSize(1);
    }
  }

  /** How many nodes in this state own shards. */
  private static long shardsByNode(JsonNode status, String state) {
    long nodes = 0;
    for (JsonNode node : status.path("nodes")) {
      if (node.path("state").asText().equals(state) && node.path("shards").asInt() > 0) {
        nodes++;
      }
    }
    return nodes;
  }

  private static JsonNode awaitStatus(Pipeline pipeline, Predicate<JsonNode> wanted)
      throws Exception {
    return LocalPipeline.await(() -> status(pipeline), wanted);
  }

  private static JsonNode status(Pipeline pipeline) {
    return pipeline
        .get(pipeline.endpoints().console().resolve("/api/v1/status"), Duration.ofSeconds(20))
        .body();
  }

  private static String lines(int batch) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < BATCH; i++) {
      lines.append(
          """
          {"event_id":"%d-%d","event_time":"%s","user_id":"user-%d","type":"view"}
          """
              .formatted(batch, i, Instant.now(), i));
    }
    return lines.toString();
  }
}
