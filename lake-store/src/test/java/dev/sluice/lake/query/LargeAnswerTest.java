package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.LakeProcess;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers larger than the memory of the lake, which is a process of its own here. */
class LargeAnswerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long ROWS = 3_000_000;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** 480 MB of answer; the lake has 384 MB, and waits for the reader. */
  @Test
  void anAnswerLargerThanMemoryWaitsForItsReaderAndComesWhole(@TempDir Path directory)
      throws Exception {
    Process lake = LakeProcess.start(directory, Map.of("SLUICE_SQL_TIMEOUT", "300s"));
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(lake.getInputStream(), StandardCharsets.UTF_8))) {
      URI uri = URI.create(LakeProcess.ready(said));
      String body =
          "{\"sql\":\"SELECT range AS n, repeat('x', 140) AS t FROM range("
              + ROWS
              + ")\",\"format\":\"ndjson\"}";
      HttpResponse<InputStream> answer = http.send(post(uri, body), BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(rowsWhenItWaits(uri)).isBetween(1L, ROWS / 2);
      long lines = 0;
      long bytes = 0;
      byte[] piece = new byte[1 << 16];
      try (InputStream in = answer.body()) {
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          bytes += read;
          for (int i = 0; i < read; i++) {
            lines += piece[i] == '\n' ? 1 : 0;
          }
        }
      }
      assertThat(lines).isEqualTo(ROWS);
      assertThat(bytes).isGreaterThan(450_000_000);
      assertThat(lake.isAlive()).isTrue();
    } finally {
      lake.destroyForcibly().waitFor();
    }
  }

  /** Rows of 200 kB each, of which the driver would copy two thousand at once. */
  @Test
  void longRowsComeAFewAtATime(@TempDir Path directory) throws Exception {
    Process lake = LakeProcess.start(directory, Map.of("SLUICE_SQL_MAX_ANSWER", "4MiB"));
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(lake.getInputStream(), StandardCharsets.UTF_8))) {
      URI uri = URI.create(LakeProcess.ready(said));
      String body =
          "{\"sql\":\"SELECT repeat('y', 200000) || range AS t FROM range(2500)\","
              + "\"format\":\"csv\"}";
      HttpResponse<Stream<String>> answer = http.send(post(uri, body), BodyHandlers.ofLines());
      assertThat(answer.body().filter(line -> line.length() > 200_000).count()).isEqualTo(2500);
      assertThat(lake.isAlive()).isTrue();
    } finally {
      lake.destroyForcibly().waitFor();
    }
  }

  @Test
  void aFileOfAnAnswerIsGoneAfterACrash(@TempDir Path directory) throws Exception {
    Path spool = directory.resolve("sql-answers");
    Process lake = LakeProcess.start(directory);
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(lake.getInputStream(), StandardCharsets.UTF_8))) {
      URI uri = URI.create(LakeProcess.ready(said));
      String body =
          "{\"sql\":\"SELECT hash(range) AS h FROM range(2000000000)\",\"format\":\"parquet\"}";
      CompletableFuture<?> answer = http.sendAsync(post(uri, body), BodyHandlers.discarding());
      while (!anyIn(spool) && !answer.isDone()) {
        Thread.onSpinWait();
      }
    } finally {
      lake.destroyForcibly().waitFor();
    }
    assertThat(anyIn(spool)).isTrue();
    Process next = LakeProcess.start(directory);
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(next.getInputStream(), StandardCharsets.UTF_8))) {
      LakeProcess.ready(said);
      assertThat(anyIn(spool)).isFalse();
    } finally {
      next.destroyForcibly().waitFor();
    }
  }

  /** How many rows had been written, once some were, when no more were, though more were there. */
  private long rowsWhenItWaits(URI uri) throws Exception {
    long rows = -1;
    int same = 0;
    while (same < 100) {
      HttpRequest list = HttpRequest.newBuilder(uri.resolve("/api/v1/sql")).build();
      JsonNode running = JSON.readTree(http.send(list, BodyHandlers.ofString()).body());
      long now = running.path("queries").path(0).path("rows").asLong(ROWS);
      same = now > 0 && now == rows ? same + 1 : 0;
      rows = now;
    }
    return rows;
  }

  private static boolean anyIn(Path spool) throws Exception {
    try (Stream<Path> files = Files.list(spool)) {
      return files.findAny().isPresent();
    }
  }

  private static HttpRequest post(URI uri, String body) {
    return HttpRequest.newBuilder(uri.resolve("/api/v1/sql"))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }
}
