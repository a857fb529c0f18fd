package dev.sluice.transform.sample;

import dev.sluice.transform.job.TableShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One Spark for all tests of this JVM, with an Iceberg catalog in a folder. */
public final class LocalSpark {
  private static final SparkSession SPARK = start();

  private LocalSpark() {}

  /**
   * The active one from here on: a test before may have left another, which has no such catalog.
   */
  public static SparkSession session() {
    SparkSession.setActiveSession(SPARK);
    return SPARK;
  }

  private static SparkSession start() {
    try {
      Path folder = Files.createTempDirectory("warehouse");
      return SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .config("spark.sql.codegen.wholeStage", "false")
          // Small days are read sooner than code for them is compiled.
          .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.sql.datetime.java8API.enabled", "true")
          .config("spark.sql.warehouse.dir", folder.resolve("spark").toString())
          .config(
              "spark.sql.extensions",
              "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
          .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
          .config("spark.sql.catalog.lake.type", "hadoop")
          .config("spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString())
          .getOrCreate();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A table's rows as texts, its columns joined in their order. */
  public static Set<String> texts(Dataset<Row> rows, TableShape shape) {
    List<Row> collected =
        rows.selectExpr(shape.columnNames().toArray(String[]::new)).collectAsList();
    Set<String> texts =
        collected.stream().map(LocalSpark::text).collect(Collectors.toCollection(TreeSet::new));
    if (texts.size() != collected.size()) {
      throw new AssertionError("rows that are there twice: " + collected);
    }
    return texts;
  }

  /** A row's columns as text, joined in their order. */
  public static String text(Row row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      text.append(i == 0 ? "" : "|").append(plain(row.get(i)));
    }
    return text.toString();
  }

  private static Object plain(Object value) {
    return value instanceof scala.collection.Seq<?> values ? values.mkString(",") : value;
  }
}
