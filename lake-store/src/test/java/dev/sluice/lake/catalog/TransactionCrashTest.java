package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.LakeProcess;
import dev.sluice.lake.Postgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over several tables while the server is killed. */
class TransactionCrashTest {
  private static final List<String> TABLES = List.of("a", "b", "c");
  private static final int KILLS = 3;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aKilledServerLeavesAllOfATransactionOrNone(@TempDir Path directory) throws Exception {
    killed(directory, Map.of());
  }

  @Test
  void aKilledServerLeavesAllOrNoneInPostgresToo(@TempDir Path directory) throws Exception {
    try (Postgres postgres = new Postgres(Files.createDirectory(directory.resolve("postgres")))) {
      killed(Files.createDirectory(directory.resolve("lake")), postgres.settings());
    }
  }

  private void killed(Path directory, Map<String, String> settings) throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int acknowledged = 0;
    for (int kill = 0; kill <= KILLS; kill++) {
      Process lake = LakeProcess.start(directory, settings);
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(lake.getInputStream(), StandardCharsets.UTF_8))) {
        URI uri = URI.create(LakeProcess.ready(said));
        int found = kill == 0 ? create(uri) : agreed(uri);
        assertThat(found).isBetween(acknowledged, acknowledged + 1);
        acknowledged = found;
        if (kill < KILLS) {
          acknowledged = commitUntilKilled(uri, lake, acknowledged, 3 + random.nextInt(12));
        }
      } finally {
        lake.destroyForcibly().waitFor();
      }
    }
    assertThat(acknowledged).isGreaterThan(KILLS);
  }

  private static int create(URI uri) throws IOException {
    try (RESTCatalog client = client(uri)) {
      for (String table : TABLES) {
        client
            .buildTable(
                TableIdentifier.of("raw", table),
                new Schema(NestedField.required(1, "id", Types.LongType.get())))
            .withProperty("n", "0")
            .create();
      }
    }
    return 0;
  }

  /** What all tables say; they must say the same. */
  private static int agreed(URI uri) throws IOException {
    try (RESTCatalog client = client(uri)) {
      List<String> said = new ArrayList<>();
      for (String table : TABLES) {
        said.add(client.loadTable(TableIdentifier.of("raw", table)).properties().get("n"));
      }
      assertThat(said.stream().distinct()).as(said.toString()).hasSize(1);
      return Integer.parseInt(said.get(0));
    }
  }

  /** Kills the server while some transaction after the given number of them is on its way. */
  private int commitUntilKilled(URI uri, Process lake, int from, int after) throws Exception {
    int acknowledged = from;
    CompletableFuture<HttpResponse<Void>> last = send(uri, from + 1);
    for (int n = from + 1; n < from + after; n++) {
      assertThat(last.get().statusCode()).isEqualTo(204);
      acknowledged = n;
      last = send(uri, n + 1);
    }
    lake.destroyForcibly().waitFor();
    boolean answered = last.handle((reply, failure) -> failure == null).get();
    return answered && last.get().statusCode() == 204 ? acknowledged + 1 : acknowledged;
  }

  private CompletableFuture<HttpResponse<Void>> send(URI uri, int n) {
    String changes =
        TABLES.stream()
            .map(
                table ->
                    """
                    {"identifier":{"namespace":["raw"],"name":"%s"},"requirements":[],
                     "updates":[{"action":"set-properties","updates":{"n":"%d"}}]}
                    """
                        .formatted(table, n))
            .collect(Collectors.joining(","));
    return http.sendAsync(
        HttpRequest.newBuilder(uri.resolve("/v1/transactions/commit"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"table-changes\":[" + changes + "]}"))
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private static RESTCatalog client(URI uri) {
    RESTCatalog client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", uri.toString()));
    return client;
  }
}
