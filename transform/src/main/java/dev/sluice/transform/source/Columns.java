package dev.sluice.transform.source;

import dev.sluice.transform.job.JobFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of a table at its source, and which of them are copied as what. */
final class Columns {
  private final Source source;
  private final TableCopy copy;
  private final Map<String, SourceColumn> all;

  private Columns(Source source, TableCopy copy, Map<String, SourceColumn> all) {
    this.source = source;
    this.copy = copy;
    this.all = all;
  }

  /** Refuses what the declaration names and the table does not have. */
  static Columns of(Source source, TableCopy copy, List<SourceColumn> described) {
    if (described.isEmpty()) {
      throw new JobFailure("there is no such table, or user " + source.user() + " may not see it");
    }
    Map<String, SourceColumn> all = new LinkedHashMap<>();
    described.forEach(column -> all.put(column.name(), column));
    Columns columns = new Columns(source, copy, all);
    Stream.of(
            copy.mode().keys().stream(),
            copy.split().map(TableCopy.Split::column).stream(),
            copy.mode() instanceof Mode.Incremental changes
                ? Stream.of(changes.column())
                : Stream.<String>empty())
        .flatMap(names -> names)
        .forEach(columns::named);
    return columns;
  }

  SourceColumn named(String name) {
    if (!all.containsKey(name)) {
      throw new JobFailure("there is no column '" + name + "'" + Names.hint(name, all.keySet()));
    }
    return all.get(name);
  }

  /**
   * How each wanted column is copied, as far as its declaration tells.
   *
   * @param known the copy as it is: a number without declared digits stays what it was
   */
  List<CopiedColumn> copied(StructType known) {
    Map<String, CopiedColumn> copied = new LinkedHashMap<>();
    for (SourceColumn column : all.values()) {
      if (!copy.wants(column.name())) {
        continue;
      }
      CopiedColumn as = copied(column, known);
      CopiedColumn other = copied.put(as.name(), as);
      if (other != null) {
        throw new JobFailure(
            "columns '%s' and '%s' would both be %s in the lake; leave one out with 'except:'"
                .formatted(other.from().name(), column.name(), as.name()));
      }
      if (copy.mode() instanceof Mode.Snapshot && History.COLUMNS.contains(as.name())) {
        throw new JobFailure(
            "column '%s' is called as one that a snapshot adds; leave it out with 'except:'"
                .formatted(column.name()));
      }
    }
    for (String key : copy.mode().keys()) {
      if (!copied.containsKey(CopiedColumn.lakeName(key))) {
        throw new JobFailure("column '" + key + "' is a key, and is left out");
      }
    }
    return List.copyOf(copied.values());
  }

  private CopiedColumn copied(SourceColumn column, StructType known) {
    Optional<String> declared = Optional.ofNullable(copy.types().get(column.name()));
    if (declared.isPresent()) {
      DataType type = DataType.fromDDL(declared.get());
      return new CopiedColumn(
          column,
          source.server().text(source.server().quoted(column.name())),
          type,
          Values.said(type, column.name()),
          Optional.empty());
    }
    CopiedColumn plain = source.server().copied(column);
    boolean text =
        List.of(known.fieldNames()).contains(plain.name())
            && known.apply(plain.name()).dataType().equals(DataTypes.StringType);
    return text ? plain : source.server().ifItFits(column).orElse(plain);
  }

  /**
   * The columns, when it is known which hold values that their type cannot.
   *
   * @param unfit those that do
   */
  List<CopiedColumn> settled(List<CopiedColumn> asked, List<CopiedColumn> unfit, StructType known) {
    List<CopiedColumn> settled = new ArrayList<>();
    for (CopiedColumn column : asked) {
      if (!unfit.contains(column)) {
        settled.add(column);
        continue;
      }
      boolean free =
          source.server().ifItFits(column.from()).isPresent()
              && !List.of(known.fieldNames()).contains(column.name());
      if (!free) {
        throw new JobFailure(
            "column %s holds values that %s cannot; write %s: string under 'types:', and copy to another table if this one has the column"
                .formatted(column.from().name(), column.type().sql(), column.from().name()));
      }
      settled.add(source.server().copied(column.from()));
    }
    return settled;
  }
}
