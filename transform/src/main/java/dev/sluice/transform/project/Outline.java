package dev.sluice.transform.project;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A file of SQL as a plan sees it, which needs no Spark: what it reads and writes. Of its columns
 * it has those that the file names.
 */
record Outline(SqlFile file) implements Job {
  private static final String UNKNOWN = "STRING";

  @Override
  public List<Read> reads() {
    return file.declared().reads();
  }

  @Override
  public TableShape writes() {
    Declaration declared = file.declared();
    Map<String, Field> fields = new LinkedHashMap<>();
    if (declared.materialization() instanceof Materialization.Day) {
      fields.put(TableShape.DAY, new Field(TableShape.DAY, "DATE", ""));
    } else if (declared.materialization() instanceof Materialization.Merge merge) {
      merge.keys().forEach(key -> fields.put(key, new Field(key, UNKNOWN, "")));
    }
    declared.order().forEach(column -> fields.put(column, new Field(column, UNKNOWN, "")));
    for (Declaration.Column column : declared.columns()) {
      fields.put(
          column.name(), new Field(column.name(), column.type().orElse(UNKNOWN), column.says()));
    }
    return new TableShape(
        declared.table(),
        declared.says(),
        List.copyOf(fields.values()),
        declared.order(),
        declared.materialization());
  }

  @Override
  public List<Check> checks() {
    return file.declared().checks();
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    throw new IllegalStateException(file.file() + " was read to be planned, not to be run");
  }
}
