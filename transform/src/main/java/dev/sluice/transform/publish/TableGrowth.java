package dev.sluice.transform.publish;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableShape;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Makes a table what its shape says, before there are rows for it: the table without rows where it
 * is missing, its new columns where it is older. Columns that the shape no longer has stay.
 */
final class TableGrowth {
  private static final int ATTEMPTS = 20;

  private final SparkSession spark;

  TableGrowth(SparkSession spark) {
    this.spark = spark;
  }

  TableRefs grown(TableShape shape) {
    TableRefs table =
        TableRefs.find(spark, shape.name())
            .or(
                () -> {
                  create(shape);
                  return TableRefs.find(spark, shape.name());
                })
            .orElseThrow(
                () -> new JobFailure("table " + shape.name() + " was dropped as it was made"));
    for (int attempt = 1; ; attempt++) {
      try {
        grow(table, shape);
        return table;
      } catch (CommitFailedException faster) {
        // Another run grows it too, or writes to it: what is missing now is asked for anew.
        if (attempt == ATTEMPTS) {
          throw new JobFailure(shape.name() + " is changed by others all the time", faster);
        }
        table.refresh();
      }
    }
  }

  private void create(TableShape shape) {
    spark.sql(
        "CREATE NAMESPACE IF NOT EXISTS " + shape.name().toString().replaceFirst("\\.[^.]*$", ""));
    boolean daily = shape.materialization() instanceof Materialization.Day;
    spark.sql(
        "CREATE TABLE IF NOT EXISTS "
            + shape.name()
            + shape.columns().stream()
                .map(
                    field ->
                        "`%s` %s COMMENT %s"
                            .formatted(field.name(), field.type(), quoted(field.says())))
                .collect(Collectors.joining(", ", " (", ") USING iceberg"))
            + (daily ? " PARTITIONED BY (" + TableShape.DAY + ")" : "")
            + " COMMENT "
            + quoted(shape.says())
            + " TBLPROPERTIES ('format-version'='2')");
    if (!shape.order().isEmpty()) {
      spark.sql(
          "ALTER TABLE "
              + shape.name()
              + (daily ? " WRITE DISTRIBUTED BY PARTITION" : " WRITE")
              + " LOCALLY ORDERED BY "
              + String.join(", ", shape.order()));
    }
  }

  private static String quoted(String words) {
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static void grow(TableRefs table, TableShape shape) {
    Schema has = table.current().schema();
    Schema wants =
        SparkSchemaUtil.convert(
            StructType.fromDDL(
                shape.columns().stream()
                    .map(field -> "`" + field.name() + "` " + field.type())
                    .collect(Collectors.joining(", "))));
    UpdateSchema update = table.table().updateSchema();
    boolean grows = false;
    for (TableShape.Field field : shape.columns()) {
      NestedField old = has.findField(field.name());
      Type type = wants.findType(field.name());
      if (old == null) {
        update.addColumn(field.name(), type, field.says());
        grows = true;
      } else if (!same(old.type(), type)) {
        if (!type.isPrimitiveType()
            || !TypeUtil.isPromotionAllowed(old.type(), type.asPrimitiveType())) {
          throw new JobFailure(
              "column %s of %s is %s and cannot become %s; give the new column another name"
                  .formatted(field.name(), shape.name(), words(old.type()), words(type)));
        }
        update.updateColumn(field.name(), type.asPrimitiveType());
        grows = true;
      }
    }
    if (grows) {
      update.commit();
    }
  }

  /** Whether they are the same to SQL, whatever numbers their inner fields have. */
  private static boolean same(Type one, Type other) {
    return words(one).equals(words(other));
  }

  private static String words(Type type) {
    return SparkSchemaUtil.convert(type).catalogString();
  }
}
