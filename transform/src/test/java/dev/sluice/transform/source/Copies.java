package dev.sluice.transform.source;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.Production;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Copies of one server, as a night makes them: by file, by job, into Iceberg tables. */
final class Copies {
  static final LocalDate NIGHT = LocalDate.of(2026, 11, 20);
  static final Map<String, String> ENVIRONMENT = Map.of("SHOP_PASSWORD", Production.PASSWORD);

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
    return jobs(table).get(0).run(NIGHT, new Lake());
  }

  Dataset<Row> publish(Job job) throws Exception {
    Dataset<Row> rows = job.run(NIGHT, new Lake());
    TableShape shape = job.writes().closed(rows.schema());
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.source");
    String name = shape.name().toString();
    boolean there = spark.catalog().tableExists(name);
    if (!there) {
      rows.writeTo(name).using("iceberg").create();
      return spark.table(name);
    }
    List<String> had = List.of(spark.table(name).columns());
    for (TableShape.Field field : shape.columns()) {
      if (!had.contains(field.name())) {
        spark.sql("ALTER TABLE " + name + " ADD COLUMN " + field.name() + " " + field.type());
      }
    }
    if (shape.materialization() instanceof Materialization.Merge merge) {
      rows.createOrReplaceTempView("copied");
      String on =
          merge.keys().stream()
              .map(key -> "t." + key + " <=> r." + key)
              .collect(Collectors.joining(" AND "));
      spark.sql(
          "MERGE INTO "
              + name
              + " t USING copied r ON "
              + on
              + " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *");
    } else {
      rows.writeTo(name).overwrite(org.apache.spark.sql.functions.lit(true));
    }
    return spark.table(name);
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

  /** The lake as a night sees it. */
  private final class Lake implements Tables {
    @Override
    public Dataset<Row> read(TableName name) {
      long now =
          spark
              .sql("SELECT snapshot_id FROM " + name + ".snapshots ORDER BY committed_at DESC")
              .head()
              .getLong(0);
      return spark.read().option("versionAsOf", now).table(name.toString());
    }

    @Override
    public boolean has(TableName name) {
      return spark.catalog().tableExists(name.toString());
    }
  }

  static List<String> texts(Dataset<Row> rows, String... columns) {
    return rows.selectExpr(columns).collectAsList().stream()
        .map(row -> row.mkString("|"))
        .sorted()
        .toList();
  }
}
