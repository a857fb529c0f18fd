package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowQueryTest {
  private static final String ENDLESS =
      "SELECT sum(hash(a.range * b.range)) FROM range(10000000) a, range(10000000) b";

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
                "64MiB"));
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
    for (int i = 0; i < 5; i++) {
      assertThat(rig.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(rig.get("/v1/namespaces").statusCode()).isEqualTo(200);
    }
    assertThat(slow).isNotDone();
    HttpResponse<String> answer = slow.get(30, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(408);
    assertThat(answer.body()).contains("longer than 3000 ms");
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

  @Test
  void aQueryBeyondItsMemoryFailsAndTheNextOneWorks() {
    HttpResponse<String> answer =
        rig.sql("SELECT count(DISTINCT h) FROM (SELECT hash(range) h FROM range(50000000))");
    assertThat(answer.statusCode()).isIn(400, 408);
    assertThat(rig.rows("SELECT 1")).hasToString("[[1]]");
  }
}
