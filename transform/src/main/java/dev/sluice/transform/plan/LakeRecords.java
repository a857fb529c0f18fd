package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;

/** A small table of our own, read and appended to without Spark, and made on first use. */
final class LakeRecords {
  private final Catalog catalog;
  private final TableName name;
  private final Schema schema;
  private final Map<String, String> properties;

  LakeRecords(Catalog catalog, TableName name, Schema schema, Map<String, String> properties) {
    this.catalog = catalog;
    this.name = name;
    this.schema = schema;
    this.properties = Map.copyOf(properties);
  }

  /** The table, if it is there. */
  Optional<Table> table() {
    return load(catalog, name);
  }

  static Optional<Table> load(Catalog catalog, TableName name) {
    try {
      Table table = catalog.loadTable(TableIdentifier.of(name.namespace(), name.table()));
      table.refresh();
      return Optional.of(table);
    } catch (NoSuchTableException missing) {
      return Optional.empty();
    }
  }

  Table made() {
    return table().orElseGet(this::make);
  }

  private Table make() {
    Namespace namespace = Namespace.of(name.namespace());
    if (catalog instanceof SupportsNamespaces spaces && !spaces.namespaceExists(namespace)) {
      try {
        spaces.createNamespace(namespace);
      } catch (AlreadyExistsException another) {
        // It is there, which is all that is wanted.
        return make();
      }
    }
    TableIdentifier identifier = TableIdentifier.of(namespace, name.table());
    try {
      return catalog.createTable(identifier, schema, PartitionSpec.unpartitioned(), properties);
    } catch (AlreadyExistsException another) {
      return catalog.loadTable(identifier);
    }
  }

  /** The rows that satisfy a condition, each as {@code parse} reads it; none without a table. */
  <T> List<T> read(Expression condition, Function<Record, T> parse) {
    Optional<Table> table = table();
    if (table.isEmpty()) {
      return List.of();
    }
    List<T> found = new ArrayList<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table.get()).where(condition).build()) {
      rows.forEach(row -> found.add(parse.apply(row)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Adds rows in one commit; each is told its table's schema. */
  void append(List<Function<Schema, Record>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Table table = made();
    AppendFiles append = table.newAppend();
    try {
      DataWriter<Record> writer =
          Parquet.writeData(
                  OutputFileFactory.builderFor(table, 0, 0)
                      .format(FileFormat.PARQUET)
                      .build()
                      .newOutputFile())
              .schema(table.schema())
              .createWriterFunc(GenericParquetWriter::create)
              .withSpec(PartitionSpec.unpartitioned())
              .build();
      try (writer) {
        rows.forEach(row -> writer.write(row.apply(table.schema())));
      }
      append.appendFile(writer.toDataFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    append.commit();
  }
}
