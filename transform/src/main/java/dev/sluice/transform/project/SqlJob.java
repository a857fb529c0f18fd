package dev.sluice.transform.project;

import static org.apache.spark.sql.functions.col;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.SparkSession$;

/** The job that a file of SQL is. */
record SqlJob(SqlFile file, TableShape writes) implements Job {
  @Override
  public List<Read> reads() {
    return file.declared().reads();
  }

  @Override
  public List<Check> checks() {
    return file.declared().checks();
  }

  @Override
  public String text() {
    return file.code();
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Map<TableName, Dataset<Row>> seen = new HashMap<>();
    for (Read read : reads()) {
      if (!read.optional() || tables.has(read.table())) {
        seen.put(read.table(), tables.read(read.table()));
      }
    }
    SparkSession spark =
        seen.values().stream()
            .findFirst()
            .map(Dataset::sparkSession)
            .orElseGet(SparkSession$.MODULE$::active);
    for (Read read : reads()) {
      seen.computeIfAbsent(
          read.table(),
          missing ->
              spark.createDataFrame(
                  List.<Row>of(), file.declared().missing(missing).orElseThrow()));
    }
    return file.rows(spark, day, seen::get)
        .select(
            writes.columns().stream()
                .map(field -> col("`" + field.name() + "`").cast(field.type()).as(field.name()))
                .toArray(Column[]::new));
  }
}
