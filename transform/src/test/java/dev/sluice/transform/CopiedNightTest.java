package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.project.Projects;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PostgresServer;
import dev.sluice.transform.sample.Production;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a production database within a night. */
class CopiedNightTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  private final SparkSession spark = LocalSpark.session();
  private final PostgresServer server = PostgresServer.shared();
  @TempDir private Path folder;

  @AfterEach
  void nothingStays() throws Exception {
    for (String table :
        List.of("source.shop_stock", "source.shop_clients", "ops.checks", "ops.check_failures")) {
      spark.sql("DROP TABLE IF EXISTS lake." + table + " PURGE");
    }
    server.sql("DROP TABLE stock", "DROP TABLE clients");
  }

  @Test
  void copiesAreCheckedAndShownTogetherOrNotAtAll() throws Exception {
    Files.writeString(folder.resolve("project.yaml"), "shipped: none");
    Files.createDirectory(folder.resolve("sources"));
    Files.writeString(
        folder.resolve("sources/shop.yaml"),
        """
        name: shop
        kind: postgresql
        url: %s
        user: reader
        password: ${SHOP_PASSWORD}
        tables:
          - {from: clients, mode: snapshot, keys: [id]}
          - {from: stock, mode: full, keys: [id]}
        """
            .formatted(server.url()));
    List<Job> jobs =
        Projects.load(folder, spark, Map.of("SHOP_PASSWORD", Production.PASSWORD)).jobs();
    server.sql(
        "CREATE TABLE clients (id int, city text)",
        "CREATE TABLE stock (id int, pieces int)",
        "INSERT INTO clients VALUES (1, 'Oslo'), (2, 'Rome')",
        "INSERT INTO stock VALUES (1, 10)");

    assertThat(run(jobs, DAY)).allMatch(Outcome.Published.class::isInstance);
    server.sql("UPDATE clients SET city = 'Bonn' WHERE id = 2", "INSERT INTO stock VALUES (1, 11)");
    List<Outcome.Result> second = run(jobs, DAY.plusDays(1));

    assertThat(second.get(0)).isInstanceOf(Outcome.Held.class);
    assertThat(second.get(1)).isInstanceOf(Outcome.Failed.class);
    assertThat(((Outcome.Failed) second.get(1)).why()).contains("unique(id)");
    assertThat(cities()).containsExactly("Oslo true", "Rome true");

    server.sql("DELETE FROM stock WHERE pieces = 10");
    assertThat(run(jobs, DAY.plusDays(1))).allMatch(Outcome.Published.class::isInstance);
    assertThat(cities()).containsExactly("Bonn true", "Oslo true", "Rome false");
    assertThat(run(jobs, DAY.plusDays(2))).allMatch(Outcome.Published.class::isInstance);
    assertThat(cities())
        .as("nothing changed")
        .containsExactly("Bonn true", "Oslo true", "Rome false");
  }

  private List<Outcome.Result> run(List<Job> jobs, LocalDate day) {
    List<Task> tasks = jobs.stream().map(job -> new Task(job, day)).toList();
    String run = "copies-" + System.nanoTime();
    return new Night(spark, progress -> {}).run(tasks, run).stream().map(Outcome::result).toList();
  }

  private List<String> cities() {
    spark.catalog().refreshTable("lake.source.shop_clients");
    return spark
        .sql("SELECT concat(city, ' ', valid_to IS NULL) FROM lake.source.shop_clients ORDER BY 1")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
