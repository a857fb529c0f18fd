package dev.sluice.transform.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.publish.Publication;
import dev.sluice.transform.publish.Release;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.Production;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Copies of one server, as a night makes them: by file, by job, into Iceberg tables. */
final class Copies {
  static final LocalDate NIGHT = LocalDate.of(2026, 11, 20);
  static final Map<String, String> ENVIRONMENT = Map.of("SHOP_PASSWORD", Production.PASSWORD);

  private static final AtomicInteger RUNS = new AtomicInteger();

  private final SparkSession spark = LocalSpark.session();
  private final Production server;
  private final Path folder;

  Copies(Production server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /** The jobs of a file with these tables. */
  List<Job> jobs(String tables) throws IOException {
    return jobs(tables, ENVIRONMENT, server.url());
  }

  List<Job> jobs(String tables, Map<String, String> environment, String url) throws IOException {
    String head =
        """
        name: shop
        kind: %s
        url: %s
        user: reader
        password: ${SHOP_PASSWORD}
        max_connections: 2
        tables:
        """
            .formatted(server.kind(), url);
    Files.writeString(folder.resolve("shop.yaml"), head + tables.stripIndent().indent(2));
    return new Sources(environment).load(folder);
  }

  /** Runs the only job of a file, and publishes its rows. */
  Dataset<Row> copy(String table) throws Exception {
    return publish(jobs(table).get(0));
  }

  /** What the only job of a file reads. */
  Dataset<Row> rows(String table) throws IOException {
    try (Release release = new Release(spark, "night-" + RUNS.incrementAndGet())) {
      return jobs(table).get(0).run(NIGHT, release.tables());
    }
  }

  /** Runs a job as a night does, and shows what it made. */
  Dataset<Row> publish(Job job) {
    try (Release release = new Release(spark, "night-" + RUNS.incrementAndGet())) {
      release.pin(job, Set.of());
      release.stage(job.run(NIGHT, release.tables()), job.writes(), NIGHT);
      assertThat(release.publish(table -> Map.of())).isNotInstanceOf(Publication.Refused.class);
    }
    spark.catalog().refreshTable(job.writes().name().toString());
    return spark.table(job.writes().name().toString());
  }

  Dataset<Row> table(String name) {
    return spark.table("lake." + name);
  }

  /** Leaves nothing in the lake that others see. */
  void drop() {
    spark.catalog().clearCache();
    if (!spark.catalog().databaseExists("lake.source")) {
      return;
    }
    for (Row table : spark.sql("SHOW TABLES IN lake.source").collectAsList()) {
      spark.sql("DROP TABLE lake.source." + table.getString(1) + " PURGE");
    }
  }

  static List<String> texts(Dataset<Row> rows, String... columns) {
    return rows.selectExpr(columns).collectAsList().stream()
        .map(row -> row.mkString("|"))
        .sorted()
        .toList();
  }
}
