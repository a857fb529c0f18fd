package dev.sluice.infra.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.infra.house.House;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** How the tests of this package start and ask a pipeline: as its users do, from outside. */
final class LocalPipeline {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private LocalPipeline() {}

  /** The words that run Sluice from what this build compiled. */
  static List<String> launcher() {
    Path target = House.ROOT.resolve("infra-sim/target");
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dsluice.home=" + House.ROOT,
        "-cp",
        target.resolve("classes") + ":" + House.read(target.resolve("classpath/server")).strip(),
        Main.class.getName());
  }

  static PipelineProcess start(Path data) throws IOException {
    Files.createDirectories(data);
    return PipelineProcess.start(launcher(), data, data.resolve("errors.log"));
  }

  /** Posts events, one a line; the door's answer. */
  static JsonNode send(Pipeline pipeline, String stream, String lines)
      throws IOException, InterruptedException {
    URI uri = pipeline.endpoints().door().resolve("/v1/streams/" + stream + "/events");
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + pipeline.endpoints().credentials().writeKey())
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(response.body());
  }

  static Pipeline.Answer ask(Pipeline pipeline, String sql) {
    return pipeline.post(
        pipeline.endpoints().catalog().resolve("/api/v1/sql"),
        JSON.createObjectNode().put("sql", sql),
        PATIENCE);
  }

  /** The rows of an answer that must be one. */
  static JsonNode sql(Pipeline pipeline, String sql) {
    Pipeline.Answer answer = ask(pipeline, sql);
    if (!answer.ok()) {
      throw new AssertionError(answer.message());
    }
    return answer.body().path("rows");
  }

  /** Looks again and again, for two minutes at most, until what it sees is wanted. */
  static <T> T await(Callable<T> look, Predicate<T> wanted) throws Exception {
    CountDownLatch tick = new CountDownLatch(1);
    T seen = look.call();
    for (int i = 0; i < 600 && !wanted.test(seen); i++) {
      if (tick.await(200, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody counts down");
      }
      seen = look.call();
    }
    if (!wanted.test(seen)) {
      throw new AssertionError("still not so after two minutes: " + seen);
    }
    return seen;
  }

  /**
   * The first value of the first row; nothing while the first commit, which makes the table, is to
   * come.
   */
  static String firstValue(Pipeline pipeline, String sql) {
    return ask(pipeline, sql).body().path("rows").path(0).path(0).asText();
  }

  /** Waits until the stream's table has this many rows, or more. */
  static void awaitRows(Pipeline pipeline, long wanted) throws Exception {
    await(
        () -> firstValue(pipeline, "SELECT count(*) FROM raw.app_events"),
        rows -> !rows.isEmpty() && Long.parseLong(rows) >= wanted);
  }

  static JsonNode verify(Pipeline pipeline) {
    return pipeline
        .get(pipeline.endpoints().door().resolve("/v1/verify?deep=true"), PATIENCE)
        .body();
  }
}
