package dev.sluice.transform.trial;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_json;

import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.SparkSession$;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Iceberg tables in the memory of this process, in a session of Spark that nobody else has. */
final class TrialLake {
  private final SparkSession spark;

  private TrialLake(SparkSession spark) {
    this.spark = spark;
  }

  static TrialLake open() {
    SparkSession own = shared().newSession();
    String catalog = "spark.sql.catalog." + TableName.CATALOG;
    // A lake that this JVM's Spark was given for other tests is not this one.
    List<String> inherited = new ArrayList<>();
    CollectionConverters.asJava(own.conf().getAll()).keySet().stream()
        .filter(key -> key.startsWith(catalog))
        .forEach(inherited::add);
    inherited.forEach(own.conf()::unset);
    own.conf().set(catalog, "org.apache.iceberg.spark.SparkCatalog");
    own.conf().set(catalog + ".catalog-impl", "org.apache.iceberg.inmemory.InMemoryCatalog");
    own.conf().set(catalog + ".cache-enabled", "false");
    own.conf().set("spark.sql.session.timeZone", "UTC");
    own.conf().set("spark.sql.shuffle.partitions", "1");
    own.conf().set("spark.sql.adaptive.enabled", "false");
    return new TrialLake(own);
  }

  /** The Spark that this JVM has, or a small one of its own. */
  private static SparkSession shared() {
    Option<org.apache.spark.sql.classic.SparkSession> there =
        SparkSession$.MODULE$.getDefaultSession();
    return there.isDefined()
        ? there.get()
        : SparkSession.builder()
            .master("local[1]")
            .appName("trial")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
  }

  SparkSession spark() {
    return spark;
  }

  /** Makes the table anew with these rows. */
  void write(TableName table, TextTable text) {
    StructType schema = new StructType();
    for (TextTable.Heading heading : text.headings()) {
      schema = schema.add(heading.name(), type(heading.type().orElse("STRING")));
    }
    make(table);
    try {
      typed(text, schema).writeTo(table.toString()).using("iceberg").createOrReplace();
    } catch (Exception unfit) {
      throw new IllegalArgumentException(
          "the rows given as " + table + " do not fit their columns: " + unfit.getMessage(), unfit);
    }
  }

  boolean has(TableName table) {
    return spark.catalog().tableExists(table.toString());
  }

  Dataset<Row> read(TableName table) {
    if (!has(table)) {
      throw new AssertionError("the job reads " + table + ", which its test does not give");
    }
    return spark.table(table.toString());
  }

  /** Does to the table what its shape says, as a night would. */
  void publish(Dataset<Row> made, TableShape shape, LocalDate day) {
    Dataset<Row> rows = made.selectExpr(shape.columnNames().toArray(String[]::new));
    String name = shape.name().toString();
    make(shape.name());
    // Held in memory before the table that it is read from goes.
    Dataset<Row> kept;
    if (!spark.catalog().tableExists(name)
        || shape.materialization() instanceof Materialization.Whole) {
      kept = rows.limit(0);
    } else if (shape.materialization() instanceof Materialization.Merge merge) {
      Dataset<Row> old = spark.table(name).as("old");
      Dataset<Row> fresh = rows.as("fresh");
      Column same =
          merge.keys().stream()
              .map(key -> col("old." + key).eqNullSafe(col("fresh." + key)))
              .reduce(Column::and)
              .orElseThrow();
      kept =
          old.join(fresh, same, "left_anti").selectExpr(shape.columnNames().toArray(String[]::new));
    } else {
      kept = spark.table(name).where(col(TableShape.DAY).notEqual(lit(day)));
    }
    List<Row> all = new ArrayList<>(kept.collectAsList());
    all.addAll(strays(rows, shape, day).collectAsList());
    spark.createDataFrame(all, schema(shape)).writeTo(name).using("iceberg").createOrReplace();
  }

  /** The rows, or what is wrong with them: one of another day would be lost in a real night. */
  private static Dataset<Row> strays(Dataset<Row> rows, TableShape shape, LocalDate day) {
    if (shape.materialization() instanceof Materialization.Day) {
      Column other = col(TableShape.DAY).isNull().or(col(TableShape.DAY).notEqual(lit(day)));
      List<Row> strays = rows.where(other).limit(1).collectAsList();
      if (!strays.isEmpty()) {
        throw new AssertionError(
            "the run of " + day + " made a row of another day: " + strays.get(0));
      }
    }
    return rows;
  }

  /** Fails with a list of the rows that are missing and those that nobody expected. */
  void compare(TableName table, TextTable expected) {
    Dataset<Row> found = spark.table(table.toString());
    List<String> names = expected.headings().stream().map(TextTable.Heading::name).toList();
    List<String> there = Arrays.asList(found.columns());
    for (String name : names) {
      if (!there.contains(name)) {
        throw new AssertionError(table + " has no column " + name + ", it has " + there);
      }
    }
    StructType schema = new StructType();
    for (String name : names) {
      schema = schema.add(name, found.schema().apply(name).dataType());
    }
    Difference.between(
            names,
            texts(typed(expected, schema)),
            texts(found.selectExpr(names.toArray(String[]::new))))
        .ifPresent(
            difference -> {
              throw new AssertionError(
                  table + " is not as expected (- missing, + not expected):\n" + difference);
            });
  }

  private Dataset<Row> typed(TextTable text, StructType schema) {
    StructType words = new StructType();
    List<Column> columns = new ArrayList<>();
    for (StructField field : schema.fields()) {
      words = words.add(field.name(), "string");
      Column word = col("`" + field.name() + "`");
      columns.add(
          (nested(field.dataType())
                  ? from_json(word, field.dataType())
                  : word.cast(field.dataType()))
              .as(field.name()));
    }
    List<Row> rows = new ArrayList<>();
    for (List<Optional<String>> row : text.rows()) {
      rows.add(RowFactory.create(row.stream().map(cell -> cell.orElse(null)).toArray()));
    }
    return spark.createDataFrame(rows, words).select(columns.toArray(Column[]::new));
  }

  /** Every value as a word, of both sides alike. */
  private static List<List<String>> texts(Dataset<Row> rows) {
    Column[] words =
        Arrays.stream(rows.schema().fields())
            .map(
                field -> {
                  Column column = col("`" + field.name() + "`");
                  return nested(field.dataType()) ? to_json(column) : column.cast("string");
                })
            .toArray(Column[]::new);
    List<List<String>> texts = new ArrayList<>();
    for (Row row : rows.select(words).collectAsList()) {
      List<String> text = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        text.add(row.isNullAt(i) ? "" : row.getString(i).isEmpty() ? "''" : row.getString(i));
      }
      texts.add(text);
    }
    return texts;
  }

  private static boolean nested(DataType type) {
    return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
  }

  private static StructType schema(TableShape shape) {
    StructType schema = new StructType();
    for (TableShape.Field field : shape.columns()) {
      schema = schema.add(field.name(), DataType.fromDDL(field.type()));
    }
    return schema;
  }

  private static DataType type(String written) {
    try {
      return DataType.fromDDL(written);
    } catch (Exception unknown) {
      throw new IllegalArgumentException("'" + written + "' is no type of SQL", unknown);
    }
  }

  private void make(TableName table) {
    spark.sql("CREATE NAMESPACE IF NOT EXISTS " + TableName.CATALOG + "." + table.namespace());
  }
}
