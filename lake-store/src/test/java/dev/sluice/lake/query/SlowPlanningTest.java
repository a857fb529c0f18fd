package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.CatalogRig;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB works out constants while it plans, and cannot be interrupted then. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowPlanningTest {
  private static final String CONSTANT_OF_SECONDS =
      "SELECT levenshtein(repeat('abc', 10000), repeat('bca', 10000)) AS ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory, Map.of("SLUICE_SQL_CONCURRENCY", "1"));
    // The first planner takes as long to open as the shorter timeout here.
    assertThat(rig.rows("SELECT 1")).hasToString("[[1]]");
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  /** What the test before has left behind, for one planner looks like another. */
  @BeforeEach
  void nothingIsPlanned() {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (planning()) {
      assertThat(System.nanoTime()).as("in a minute").isLessThan(end);
    }
  }

  private CompletableFuture<HttpResponse<String>> ask(String id, int timeoutMillis) {
    String body =
        JSON.createObjectNode()
            // What was planned before is not planned again.
            .put("sql", CONSTANT_OF_SECONDS + "\"" + id + "\"")
            .put("timeoutMillis", timeoutMillis)
            .toString();
    return http.sendAsync(
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1/sql"))
            .header("Content-Type", "application/json")
            .header("x-sluice-query-id", id)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** From when on a query that is not to go on is planned to the end all the same. */
  private static boolean planning() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> each.getKey().getName().startsWith("sql-planner"))
        .flatMap(each -> Arrays.stream(each.getValue()))
        .anyMatch(
            frame ->
                frame.getClassName().equals(Planner.class.getName())
                    && frame.getMethodName().equals("outlook"));
  }

  @Test
  void aQueryThatIsPlannedForLongIsEndedByItsTimeout() throws Exception {
    HttpResponse<String> answer = ask("long-1", 300).get();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(408);
    assertThat(answer.body()).contains("longer than 300 ms");
    assertThat(planning()).as("it is not waited for").isTrue();
    assertThat(rig.rows("SELECT 1")).hasToString("[[1]]");
  }

  @Test
  void aQueryThatIsPlannedForLongIsCancelled() throws Exception {
    CompletableFuture<HttpResponse<String>> asked = ask("long-2", 60_000);
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!(rig.get("/api/v1/sql").body().contains("\"long-2\"") && planning())) {
      assertThat(System.nanoTime()).as("in a minute").isLessThan(end);
    }
    HttpResponse<String> ended =
        rig.send(HttpRequest.newBuilder(rig.uri().resolve("/api/v1/sql/long-2")).DELETE());

    assertThat(ended.statusCode()).isEqualTo(204);
    assertThat(asked.get().statusCode()).as(asked.get().body()).isEqualTo(409);
    assertThat(planning()).as("it is not waited for").isTrue();
  }
}
