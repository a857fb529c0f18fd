package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.CatalogRig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Answers that leave while they are made: their formats, and what ends them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamTest {
  private static final String ENDLESS =
      "SELECT sum(hash(a.range, b.range, c.range) % 2)"
          + " FROM range(100000) a, range(100000) b, range(100000) c";

  /** More rows than anybody waits for, the first of them at once. */
  private static final String ROWS = "SELECT range AS n, 'row ' || range AS text FROM range(%d)";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Path directory;
  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    rig =
        new CatalogRig(
            directory,
            Map.of(
                "SLUICE_SQL_TIMEOUT", "20s",
                "SLUICE_SQL_CONCURRENCY", "2",
                "SLUICE_SQL_MAX_FILE", "4MiB",
                "SLUICE_SQL_MAX_ANSWER", "1MiB",
                "SLUICE_SQL_THREADS", "1"));
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  @Test
  void aLineIsAnObjectInNdjson() throws Exception {
    HttpResponse<String> answer =
        ask(body("SELECT 1 AS a, 'é\n' AS b UNION ALL VALUES (2, NULL) ORDER BY 1", "ndjson"));

    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    assertThat(answer.body()).isEqualTo("{\"a\":1,\"b\":\"é\\n\"}\n{\"a\":2,\"b\":null}\n");
    assertThat(ask(body("SELECT 1 WHERE false", "ndjson")).body()).isEmpty();
  }

  @Test
  void csvQuotesAsItsStandardHasIt() throws Exception {
    HttpResponse<String> answer =
        http.send(
            post(JSON.createObjectNode()
                    .put(
                        "sql",
                        "SELECT 'a,\"b' AS \"x,y\", '' AS e, NULL::INT AS n, [1,2] AS l,"
                            + " 'two' || chr(13) || chr(10) || 'lines' AS t, 1.50 AS d, true AS b,"
                            + " TIMESTAMP '2026-01-02 03:04:05' AS w, 'a'::BLOB AS o")
                    .toString())
                .header("Accept", "text/html;q=0.5, text/csv")
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(answer.body())
        .isEqualTo(
            """
            "x,y",e,n,l,t,d,b,w,o
            "a,""b","",,"[1,2]","two
            lines",1.50,true,2026-01-02T03:04:05,YQ==
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void parquetIsWhatDuckDbReads() throws Exception {
    Path file = directory.resolve("answer.parquet");
    HttpResponse<Path> answer =
        http.send(
            post(body("SELECT range AS n, 'x' || range AS t FROM range(3000)", "parquet")).build(),
            BodyHandlers.ofFile(file));

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.apache.parquet");
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT count(*), sum(n), max(t) FROM '" + file + "'")) {
      rows.next();
      assertThat(rows.getLong(1)).isEqualTo(3000);
      assertThat(rows.getLong(2)).isEqualTo(2999L * 1500);
      assertThat(rows.getString(3)).isEqualTo("x999");
    }
    assertThat(spooled()).isEmpty();
  }

  /** Else an interruption can find DuckDB waiting for itself, and never end it. */
  @Test
  void parquetIsWrittenByTheThreadsThatMakeIt() throws Exception {
    Path file = directory.resolve("threads.parquet");
    http.send(
        post(body("SELECT current_setting('async_threads')::INT AS n", "parquet")).build(),
        BodyHandlers.ofFile(file));

    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery("SELECT n FROM '" + file + "'")) {
      rows.next();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void parquetBeyondItsBoundIsRefusedAndLeavesNoFile() throws Exception {
    HttpResponse<String> answer =
        ask(body("SELECT hash(range) AS h FROM range(20000000)", "parquet"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("sql.max-file");
    assertThat(spooled()).isEmpty();
  }

  @Test
  void aCallerNamesFewerOrMoreRowsThanTheSetting() throws Exception {
    JsonNode fewer = JSON.readTree(ask("{\"sql\":\"FROM range(9)\",\"maxRows\":3}").body());
    assertThat(fewer.path("rows")).hasSize(3);
    assertThat(fewer.path("truncated").asBoolean()).isTrue();
    JsonNode more =
        JSON.readTree(ask("{\"sql\":\"FROM range(200000)\",\"maxRows\":300000}").body());
    assertThat(more.path("rows")).hasSize(200_000);
    assertThat(more.path("truncated").asBoolean()).isFalse();
    assertThat(ask(body("FROM range(200000)", "csv")).body().lines()).hasSize(200_001);
  }

  @Test
  void parametersAreValuesWhateverIsInThem() throws Exception {
    String hostile = "'; SELECT 2 --\\\" ' || \u2019 $1";
    JsonNode answer =
        JSON.readTree(
            ask(JSON.createObjectNode()
                    .put("sql", "SELECT ? AS a, $2 + 1 AS b, $3 IS NULL AS c LIMIT ?")
                    .set(
                        "parameters", JSON.createArrayNode().add(hostile).add(-41).addNull().add(1))
                    .toString())
                .body());

    assertThat(answer.path("rows").path(0).path(0).asText()).isEqualTo(hostile);
    assertThat(answer.path("rows").path(0).path(1).asInt()).isEqualTo(-40);
    assertThat(answer.path("rows").path(0).path(2).asBoolean()).isTrue();
    assertThat(ask("{\"sql\":\"SELECT ?\",\"parameters\":[1,2]}").statusCode()).isEqualTo(400);
    assertThat(ask("{\"sql\":\"SELECT ?, ?\",\"parameters\":[1]}").body()).contains("$2");
  }

  @Test
  void whatIsNotUnderstoodIsRefused() throws Exception {
    assertThat(ask("{\"sql\":\"SELECT 1\",\"format\":\"xml\"}").statusCode()).isEqualTo(400);
    assertThat(ask("{\"sql\":\"SELECT 1\",\"maxRows\":-1}").statusCode()).isEqualTo(400);
    assertThat(ask("{\"sql\":\"SELECT 1\",\"timeoutMillis\":20001}").body())
        .contains("sql.timeout");
    assertThat(ask("{\"sql\":\"SELECT 1\",\"memoryBytes\":99999999999}").body())
        .contains("sql.memory");
    assertThat(
            http.send(
                    post("{\"sql\":\"SELECT 1\"}").header("Accept", "image/png").build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(406);
  }

  @Test
  void aFailureBeforeTheFirstRowsIsAStatusInTheEnginesOwnWords() throws Exception {
    HttpResponse<String> answer =
        ask(body("SELECT CAST(t AS INT) FROM (VALUES ('1'), ('word')) v(t)", "ndjson"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Could not convert string 'word'");
    assertThat(answer.headers().firstValue("x-sluice-query-id")).isPresent();
  }

  @Test
  void aFailureInTheMiddleEndsTheBodyWithoutItsEnd() throws Exception {
    String failing =
        "SELECT CAST(CASE WHEN range = 1500000 THEN 'word' ELSE '7' END AS INT) AS n"
            + " FROM range(2000000)";
    for (String format : new String[] {"json", "ndjson", "csv"}) {
      String body =
          JSON.createObjectNode()
              .put("sql", failing)
              .put("format", format)
              .put("maxRows", 5_000_000)
              .toString();
      RawAnswer answer = RawAnswer.of(rig.uri(), body);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.whole()).as(format).isFalse();
      if (!format.equals("csv")) {
        assertThat(answer.tail())
            .as(format)
            .contains("\"error\":{\"message\":\"Conversion Error: Could not convert");
      }
    }
  }

  @Test
  void aQueryIsListedAndCancelledByItsId() throws Exception {
    CompletableFuture<HttpResponse<String>> asked =
        http.sendAsync(
            post(body(ENDLESS, "json")).header("x-sluice-query-id", "mine-1").build(),
            BodyHandlers.ofString());
    awaitRunning("mine-1");

    assertThat(ask(body("SELECT 1", "json"), "mine-1").statusCode()).isEqualTo(409);
    assertThat(delete("mine-1").statusCode()).isEqualTo(204);
    HttpResponse<String> answer = asked.get();
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("QueryCancelledException");
    assertThat(delete("mine-1").statusCode()).isEqualTo(404);
    assertThat(ask(body("SELECT 1", "json"), "a b").statusCode()).isEqualTo(400);
  }

  @Test
  void theTimeOfACallerIsHeldTo() throws Exception {
    HttpResponse<String> answer = ask("{\"sql\":\"" + ENDLESS + "\",\"timeoutMillis\":300}");

    assertThat(answer.statusCode()).isEqualTo(408);
    assertThat(answer.body()).contains("longer than 300 ms");
  }

  @Test
  void timeThatRunsOutInTheMiddleEndsTheBodyWithoutItsEnd() throws Exception {
    String body =
        JSON.createObjectNode()
            .put("sql", ROWS.formatted(2_000_000_000))
            .put("format", "ndjson")
            .put("timeoutMillis", 1500)
            .toString();
    RawAnswer answer = RawAnswer.of(rig.uri(), body);

    assertThat(answer.whole()).isFalse();
    assertThat(answer.tail()).contains("longer than 1500 ms", "QueryTimeoutException");
  }

  /** Both places are taken by queries nobody waits for any more; the third finds one free. */
  @Test
  void aClientThatHangsUpFreesItsPlace() throws Exception {
    for (int i = 0; i < 6; i++) {
      String id = "left-" + i;
      boolean streaming = i % 2 == 0;
      RawHangUp.during(
          rig.uri(),
          body(streaming ? ROWS.formatted(2_000_000_000) : ENDLESS, "ndjson"),
          id,
          () -> awaitRunning(id));
    }
    await(() -> running().isEmpty());
    assertThat(ask(body("SELECT 1", "json")).statusCode()).isEqualTo(200);
  }

  private void awaitRunning(String id) {
    await(() -> running().toString().contains("\"" + id + "\""));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try {
      while (!condition.holds()) {
        assertThat(System.nanoTime()).as("in a minute").isLessThan(end);
      }
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private JsonNode running() throws IOException {
    return JSON.readTree(rig.get("/api/v1/sql").body()).path("queries");
  }

  private HttpResponse<String> delete(String id) {
    return rig.send(HttpRequest.newBuilder(rig.uri().resolve("/api/v1/sql/" + id)).DELETE());
  }

  private List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("sql-answers"))) {
      return files.toList();
    }
  }

  private HttpResponse<String> ask(String body) throws Exception {
    return http.send(post(body).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> ask(String body, String id) throws Exception {
    return http.send(post(body).header("x-sluice-query-id", id).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder post(String body) {
    URI uri = rig.uri().resolve("/api/v1/sql");
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(60))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String body(String sql, String format) {
    return JSON.createObjectNode().put("sql", sql).put("format", format).toString();
  }
}
