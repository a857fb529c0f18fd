package dev.sluice.transform.project;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.types.StructType;

/** A file of SQL, read and found sound by itself: what it declares and what it asks. */
record SqlFile(String file, Declaration declared, Query query) {
  private static final LocalDate ANY_DAY = LocalDate.of(2000, 1, 1);

  /** Reads the text of a file, or fails in one line that names it and says what to do. */
  static SqlFile of(String file, String text) {
    FrontMatter halves = FrontMatter.of(file, text);
    Declaration declared = Declaration.of(halves.settings());
    Query query = Query.of(Body.query(file, halves.body()));
    Set<TableName> reads = new LinkedHashSet<>();
    declared.reads().forEach(read -> reads.add(read.table()));
    for (TableName table : query.tables()) {
      if (!reads.contains(table)) {
        throw query
            .body()
            .place()
            .refuse("reads " + table + ", which is not among the 'reads' of its front matter");
      }
    }
    reads.removeAll(query.tables());
    for (TableName table : reads) {
      throw declared.place().refuse("declares that it reads " + table + " and never does");
    }
    return new SqlFile(file, declared, query);
  }

  /** What the rows depend on: not who owns them, how they are described, checked and sorted. */
  String code() {
    List<String> said = new ArrayList<>();
    said.add(declared.table().toString());
    said.add(declared.materialization().toString());
    for (Read read : declared.reads()) {
      said.add(read.toString());
      said.add(declared.missing(read.table()).map(StructType::toDDL).orElse(""));
    }
    for (Declaration.Column column : declared.columns()) {
      column.type().ifPresent(type -> said.add(column.name() + " " + type));
    }
    said.add(query.body().normalized());
    return TextHash.of(said);
  }

  /**
   * The job, its columns taken from the query where they are not declared.
   *
   * @param schemas what is known of a table's columns
   */
  Job job(SparkSession spark, Function<TableName, Optional<StructType>> schemas) {
    Map<TableName, StructType> known = new LinkedHashMap<>();
    for (Read read : declared.reads()) {
      Optional<StructType> schema =
          schemas.apply(read.table()).or(() -> declared.missing(read.table()));
      if (schema.isEmpty() && !declared.allTyped()) {
        throw query
            .body()
            .place()
            .refuse(
                "reads "
                    + read.table()
                    + ", which is not there yet: declare the type of every column, or make it"
                    + " first");
      }
      schema.ifPresent(columns -> known.put(read.table(), columns));
    }
    Columns columns = new Columns(declared);
    TableShape shape =
        known.size() < declared.reads().size()
            ? columns.declared()
            : columns.of(
                rows(
                        spark,
                        ANY_DAY,
                        table -> spark.createDataFrame(List.<Row>of(), known.get(table)))
                    .schema());
    Conditions.tried(spark, shape, declared.checks(), declared.place());
    return new SqlJob(this, shape);
  }

  /** What the query finds for a day, of each table the days that are declared. */
  Dataset<Row> rows(SparkSession spark, LocalDate day, Function<TableName, Dataset<Row>> tables) {
    Map<TableName, DayWindow> windows = new LinkedHashMap<>();
    declared.reads().forEach(read -> windows.put(read.table(), new DayWindow(read, place())));
    LogicalPlan plan =
        query.on(
            day,
            table -> {
              Dataset<Row> seen = windows.get(table).of(tables.apply(table), day);
              return ((org.apache.spark.sql.classic.Dataset<Row>) seen).logicalPlan();
            });
    try {
      return SameAgain.checked(
          Dataset$.MODULE$.ofRows((org.apache.spark.sql.classic.SparkSession) spark, plan),
          place());
    } catch (Exception broken) {
      // AnalysisException is a checked one of Scala's, and comes undeclared.
      if (broken instanceof AnalysisException) {
        throw Query.refusal(query.body(), broken);
      }
      throw broken;
    }
  }

  Place place() {
    return query.body().place();
  }
}
