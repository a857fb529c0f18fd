package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Postgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits while the database itself is killed. */
class PostgresKillTest {
  private static final int COMMITS = 30;
  private static final int KILLS = 3;
  private static final int TRIES = 2_000;

  private final HttpClient http = HttpClient.newHttpClient();

  /** Each commit adds one to the metadata log; one sent again must not add another. */
  @Test
  void aKilledDatabaseNeitherLosesACommitNorHasItMadeTwice(@TempDir Path directory)
      throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Set<Integer> kills =
        new Random(seed)
            .ints(1, COMMITS)
            .distinct()
            .limit(KILLS)
            .boxed()
            .collect(Collectors.toSet());
    try (Postgres postgres = new Postgres(Files.createDirectory(directory.resolve("postgres")))) {
      CatalogRig rig = new CatalogRig(directory.resolve("lake"), postgres.settings());
      try (RESTCatalog client = rig.client()) {
        TableIdentifier name = TableIdentifier.of("raw", "t");
        client
            .buildTable(name, new Schema(NestedField.required(1, "id", Types.LongType.get())))
            .withProperty("write.metadata.previous-versions-max", "1000")
            .create();
        int unanswered = 0;
        for (int n = 1; n <= COMMITS; n++) {
          UUID key = UUID.randomUUID();
          CompletableFuture<HttpResponse<String>> first = send(rig.uri(), n, key);
          if (kills.contains(n)) {
            postgres.killAndRestart();
          }
          int status = first.get().statusCode();
          for (int again = 0; status != 200 && again < TRIES; again++) {
            unanswered++;
            assertThat(status).as(first.get().body()).isEqualTo(500);
            status = send(rig.uri(), n, key).get().statusCode();
          }
          assertThat(status).isEqualTo(200);
        }
        TableMetadata table = ((BaseTable) client.loadTable(name)).operations().current();
        assertThat(table.property("n", "")).isEqualTo(Integer.toString(COMMITS));
        assertThat(table.previousFiles()).hasSize(COMMITS);
        System.out.println(unanswered + " commits were sent again");
      } finally {
        rig.stop();
      }
    }
  }

  private CompletableFuture<HttpResponse<String>> send(URI uri, int n, UUID key) {
    String body =
        """
        {"requirements":[],"updates":[{"action":"set-properties","updates":{"n":"%d"}}]}
        """
            .formatted(n);
    return http.sendAsync(
        HttpRequest.newBuilder(uri.resolve("/v1/namespaces/raw/tables/t"))
            .header("Idempotency-Key", key.toString())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
