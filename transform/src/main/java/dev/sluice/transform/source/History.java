package dev.sluice.transform.source;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * What changed in a table since its copy, as versions of its rows.
 *
 * <p>A version holds from {@code valid_from} on and before {@code valid_to}, which the newest has
 * not; that of a row which is gone ends with {@code deleted_at}. Times are those of the nights'
 * snapshots: what came and went between two of them was never seen.
 */
final class History {
  static final String FROM = "valid_from";
  static final String TO = "valid_to";
  static final String DELETED = "deleted_at";
  static final List<String> COLUMNS = List.of(FROM, TO, DELETED);

  /** Left as it is, JSON leaves out what has no value, and what is below a millisecond. */
  private static final Map<String, String> ALL_FIELDS =
      Map.of(
          "ignoreNullFields", "false",
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  private final List<String> keys;
  private final Map<String, DataType> columns;
  private final List<String> compared;

  /**
   * @param columns of the copy, without those of this class
   * @param compared the columns that the source has now: one that it lost changes no row
   */
  History(List<String> keys, Map<String, DataType> columns, List<String> compared) {
    this.keys = List.copyOf(keys);
    this.columns = columns;
    this.compared = List.copyOf(compared);
  }

  /** The first versions of all rows. */
  Dataset<Row> begun(Dataset<Row> rows, long micros) {
    return rows.select(version("", timestamp_micros(lit(micros)), none(), none()));
  }

  /** New versions, and old ones that end; rows that did not change are not among them. */
  Dataset<Row> changed(Dataset<Row> rows, Dataset<Row> copy, long micros) {
    Dataset<Row> source = side(rows, "s");
    Dataset<Row> known = side(copy.where(col(TO).isNull()), "c");
    Column now = timestamp_micros(lit(micros));
    Column same =
        keys.stream()
            .map(key -> col("s." + key).eqNullSafe(col("c." + key)))
            .reduce(Column::and)
            .orElseThrow();
    Column here = col("s_hash").isNotNull();
    Column before = col("c_hash").isNotNull();
    Column differs = coalesce(col("s_hash").notEqual(col("c_hash")), lit(true));
    Column ended =
        when(
            before,
            struct(version("c.", col("c." + FROM), now, when(here, none()).otherwise(now))));
    Column fresh = when(here, struct(version("s.", now, none(), none())));
    return source
        .join(known, same, "full_outer")
        .where(differs)
        .select(explode(filter(array(ended, fresh), Column::isNotNull)).as("row"))
        .select("row.*");
  }

  private Dataset<Row> side(Dataset<Row> rows, String name) {
    Dataset<Row> typed = rows;
    for (Map.Entry<String, DataType> column : columns.entrySet()) {
      boolean there = List.of(rows.columns()).contains(column.getKey());
      Column value = there ? col(column.getKey()) : lit(null);
      typed = typed.withColumn(column.getKey(), value.cast(column.getValue()));
    }
    Column[] hashed = compared.stream().map(c -> col(c)).toArray(Column[]::new);
    return typed
        .withColumn(name + "_hash", sha2(to_json(struct(hashed), ALL_FIELDS), 256))
        .select(
            struct(java.util.Arrays.stream(typed.columns()).map(c -> col(c)).toArray(Column[]::new))
                .as(name),
            col(name + "_hash"));
  }

  private Column[] version(String from, Column begins, Column ends, Column deleted) {
    List<Column> all = new ArrayList<>();
    columns.forEach((name, type) -> all.add(col(from + name).cast(type).as(name)));
    all.add(begins.cast(DataTypes.TimestampType).as(FROM));
    all.add(ends.cast(DataTypes.TimestampType).as(TO));
    all.add(deleted.cast(DataTypes.TimestampType).as(DELETED));
    return all.toArray(Column[]::new);
  }

  private static Column none() {
    return lit(null).cast(DataTypes.TimestampType);
  }
}
