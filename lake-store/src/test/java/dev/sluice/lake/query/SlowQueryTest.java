package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowQueryTest {
  private static final String ENDLESS =
      "SELECT sum(hash(a.range, b.range, c.range) % 2)"
          + " FROM range(100000) a, range(100000) b, range(100000) c";

  private final ExecutorService clients = Executors.newFixedThreadPool(6);
  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig =
        new CatalogRig(
            directory,
            Map.of(
                "SLUICE_SQL_TIMEOUT",
                "3s",
                "SLUICE_SQL_CONCURRENCY",
                "1",
                "SLUICE_SQL_QUEUE",
                "1",
                "SLUICE_SQL_THREADS",
                "1",
                "SLUICE_SQL_MEMORY",
                "256MiB"));
  }

  @AfterAll
  void stop() throws Exception {
    clients.shutdownNow();
    clients.awaitTermination(30, TimeUnit.SECONDS);
    rig.stop();
  }

  /** There is one event loop: were SQL on it, nothing else would be answered meanwhile. */
  @Test
  void aSlowQueryHoldsUpNothingElseAndIsCancelledInTime() throws Exception {
    CompletableFuture<HttpResponse<String>> slow =
        CompletableFuture.supplyAsync(() -> rig.sql(ENDLESS), clients);
    awaitEndless();
    assertThat(rig.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(rig.get("/v1/namespaces").statusCode()).isEqualTo(200);
    assertThat(slow).isNotDone();
    HttpResponse<String> answer = slow.get(30, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(408);
    assertThat(answer.body()).contains("longer than 3000 ms");
  }

  /** Waits until it runs. */
  private void awaitEndless() {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!rig.get("/api/v1/sql").body().contains("hash(")) {
      assertThat(System.nanoTime()).as("in a minute").isLessThan(end);
    }
  }

  @Test
  void queriesBeyondTheQueueAreTurnedAwayAtOnce() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      asked.add(CompletableFuture.supplyAsync(() -> rig.sql(ENDLESS), clients));
    }
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> each : asked) {
      statuses.add(each.get(60, TimeUnit.SECONDS).statusCode());
    }
    assertThat(statuses).contains(429, 408).containsOnly(429, 408);
  }

  /** One at a time, that is: whatever the book asks waits for its turn. */
  @Test
  void aSampleOfTheBookIsAQueryLikeAnyOther() throws Exception {
    try (RESTCatalog client = rig.client()) {
      Table table =
          client.createTable(
              TableIdentifier.of("raw", "few"),
              new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
      Rows.append(table, List.of(Map.of("id", 7L)));
    }
    CompletableFuture<HttpResponse<String>> slow =
        CompletableFuture.supplyAsync(() -> rig.sql(ENDLESS), clients);
    awaitEndless();
    HttpResponse<String> sample = rig.get("/api/v1/book/tables/raw.few/sample");

    assertThat(rig.get("/api/v1/sql").body()).doesNotContain("hash(");
    assertThat(sample.statusCode()).as(sample.body()).isEqualTo(200);
    assertThat(CatalogRig.json(sample).path("rows")).hasToString("[[7]]");
    assertThat(slow.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(408);
  }

  @Test
  void aQueryBeyondItsMemoryFailsAndTheNextOneWorks() {
    HttpResponse<String> answer =
        rig.sql("SELECT count(DISTINCT h) FROM (SELECT hash(range) h FROM range(50000000))");
    assertThat(answer.statusCode()).isIn(400, 408);
    assertThat(rig.rows("SELECT 1")).hasToString("[[1]]");
  }
}
