package dev.sluice.transform.sample;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tables that a test holds by their names; no other is there. */
public record HeldTables(Map<String, Dataset<Row>> tables) implements Tables {
  public HeldTables {
    tables = Map.copyOf(tables);
  }

  @Override
  public boolean has(TableName name) {
    return tables.containsKey(name.namespace() + "." + name.table());
  }

  @Override
  public Dataset<Row> read(TableName name) {
    return Optional.ofNullable(tables.get(name.namespace() + "." + name.table()))
        .orElseThrow(() -> new AssertionError("there is no table " + name));
  }
}
