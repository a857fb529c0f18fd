package dev.sluice.transform.source;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a copy's rows get, from those the source has now and those the copy has had.
 *
 * <table>
 * <caption>What is decided</caption>
 * <tr><td>in the source only</td><td>a new column of the copy</td></tr>
 * <tr><td>in the copy only</td><td>stays, without values from now on</td></tr>
 * <tr><td>narrower than in the copy</td><td>as the copy has it</td></tr>
 * <tr><td>wider, and the lake can widen it</td><td>as the source has it</td></tr>
 * <tr><td>another type</td><td>the copy fails</td></tr>
 * </table>
 */
final class LakeColumns {
  private LakeColumns() {}

  /** The type of each column, in the order of the copy: its own first, new ones last. */
  static Map<String, DataType> decide(
      TableName copy, StructType had, Map<String, DataType> now, List<String> reserved) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    for (StructField old : had.fields()) {
      if (!reserved.contains(old.name())) {
        DataType type = now.getOrDefault(old.name(), old.dataType());
        columns.put(old.name(), together(copy, old.name(), old.dataType(), type));
      }
    }
    List<String> added = new ArrayList<>(now.keySet());
    added.removeAll(columns.keySet());
    added.forEach(name -> columns.put(name, now.get(name)));
    return columns;
  }

  private static DataType together(TableName copy, String name, DataType had, DataType now) {
    if (had.sameType(now) || holds(had, now)) {
      return had;
    }
    if (holds(now, had)) {
      return now;
    }
    throw new JobFailure(
        "column %s of %s was %s and its source now has %s; write %s: %s under 'types:', leave it out with 'except:', or copy to another table"
            .formatted(
                name,
                copy,
                had.sql(),
                now.sql(),
                name,
                had.sql().toLowerCase(java.util.Locale.ROOT)));
  }

  /** Whether the lake can make the one of the other without touching what is written. */
  private static boolean holds(DataType wide, DataType narrow) {
    if (wide instanceof DecimalType large && narrow instanceof DecimalType small) {
      return large.scale() == small.scale() && large.precision() >= small.precision();
    }
    return (wide.equals(DataTypes.LongType) && narrow.equals(DataTypes.IntegerType))
        || (wide.equals(DataTypes.DoubleType) && narrow.equals(DataTypes.FloatType));
  }
}
