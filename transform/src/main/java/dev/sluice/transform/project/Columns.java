package dev.sluice.transform.project;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A SQL job's columns: what its front matter declares of them, and what its query makes. */
record Columns(Declaration declaration) {
  /** As they are declared, all with their types. */
  TableShape declared() {
    return shape(
        declaration.columns().stream()
            .map(column -> new Field(column.name(), column.type().orElseThrow(), column.says()))
            .toList());
  }

  /** As the query makes them, with the types and words that are declared. */
  TableShape of(StructType result) {
    List<String> names = Arrays.asList(result.fieldNames());
    Map<String, Declaration.Column> columns = new LinkedHashMap<>();
    for (Declaration.Column column : declaration.columns()) {
      known(column.name(), names);
      columns.put(column.name(), column);
    }
    List<Field> fields = new ArrayList<>();
    for (StructField field : result.fields()) {
      Optional<Declaration.Column> column = Optional.ofNullable(columns.get(field.name()));
      if (declaration.allTyped() && column.isEmpty()) {
        throw declaration
            .place()
            .refuse("the query has a column '" + field.name() + "' that 'columns' does not have");
      }
      Optional<String> type = column.flatMap(Declaration.Column::type);
      if (type.isEmpty() && field.dataType().equals(DataTypes.NullType)) {
        throw declaration
            .place()
            .refuse("column '" + field.name() + "' has no type; CAST it, or declare one");
      }
      fields.add(
          new Field(
              field.name(),
              type.orElse(field.dataType().sql()),
              column.map(Declaration.Column::says).orElse("")));
    }
    return shape(fields);
  }

  private TableShape shape(List<Field> fields) {
    List<String> names = fields.stream().map(Field::name).toList();
    for (String name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw declaration.place().refuse("the query has two columns '" + name + "'; rename one");
      }
    }
    boolean hasDay =
        fields.stream()
            .anyMatch(field -> field.name().equals(TableShape.DAY) && field.type().equals("DATE"));
    if (declaration.materialization() instanceof Materialization.Day && !hasDay) {
      throw declaration
          .place()
          .refuse("the query has no column day of type DATE; begin it with SELECT ${day} AS day");
    }
    if (declaration.materialization() instanceof Materialization.Merge merge) {
      merge.keys().forEach(key -> known(key, names));
    }
    declaration.order().forEach(column -> known(column, names));
    declaration.checks().forEach(check -> checked(check.rule()).forEach(it -> known(it, names)));
    return new TableShape(
        declaration.table(),
        declaration.says(),
        fields,
        declaration.order(),
        declaration.materialization());
  }

  private void known(String column, List<String> names) {
    if (!names.contains(column)) {
      throw declaration.place().refuseUnknown("column", column, names);
    }
  }

  /** The columns that a check names by themselves. */
  private static List<String> checked(Check.Rule rule) {
    if (rule instanceof Check.NotNull it) {
      return List.of(it.column());
    } else if (rule instanceof Check.Unique it) {
      return it.columns();
    } else if (rule instanceof Check.Accepted it) {
      return List.of(it.column());
    } else if (rule instanceof Check.Range it) {
      return List.of(it.column());
    } else if (rule instanceof Check.Fresh it) {
      return List.of(it.column());
    } else if (rule instanceof Check.Refers it) {
      return List.of(it.column());
    } else if (rule instanceof Check.Drift it) {
      return List.of(it.column());
    }
    return List.of();
  }
}
