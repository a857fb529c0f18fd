package dev.sluice.ingest.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a table that is there to what its layout says: adds columns, widens types where no value
 * is lost, and has new files partitioned as declared. Files that are there stay as they are, for
 * Iceberg reads each by the schema and the spec it was written with.
 *
 * <p>A column of the stream's whose type can not be widened stays too: {@link ColumnFit} says which
 * events it can hold.
 */
final class TableGrowth {

  private static final Logger LOG = LoggerFactory.getLogger(TableGrowth.class);
  private static final int ATTEMPTS = 5;

  private TableGrowth() {}

  /** Changes the table unless it is as it should be; of two who do it at once one finds it done. */
  static void grow(Table table, TableLayout layout) {
    for (int attempt = 1; ; attempt++) {
      Transaction transaction = table.newTransaction();
      boolean columns = columns(transaction, table.schema(), layout);
      boolean spec = spec(transaction, layout);
      if (!columns && !spec) {
        return;
      }
      try {
        transaction.commitTransaction();
        table.refresh();
        return;
      } catch (CommitFailedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        table.refresh();
      }
    }
  }

  private static boolean columns(Transaction transaction, Schema there, TableLayout layout) {
    List<Consumer<UpdateSchema>> changes = new ArrayList<>();
    for (Types.NestedField column : layout.schema().columns()) {
      Types.NestedField old = there.findField(column.name());
      if (old == null) {
        changes.add(update -> update.addColumn(column.name(), column.type()));
        continue;
      }
      if (widens(old, column)) {
        changes.add(update -> update.updateColumn(column.name(), column.type().asPrimitiveType()));
      } else if (TableLayout.OWN.contains(column.name()) && !sameKind(old, column)) {
        throw new TableMismatchException(
            "column "
                + column.name()
                + " of "
                + layout.identifier()
                + " is "
                + old.type()
                + ", and the sink keeps its "
                + column.type()
                + " there: give the stream a table of its own");
      }
      if (old.isRequired() && column.isOptional()) {
        changes.add(update -> update.makeColumnOptional(column.name()));
      }
    }
    if (!changes.isEmpty()) {
      // A transaction waits for each update that was begun.
      UpdateSchema update = transaction.updateSchema();
      changes.forEach(change -> change.accept(update));
      update.commit();
    }
    return !changes.isEmpty();
  }

  private static boolean widens(Types.NestedField old, Types.NestedField column) {
    return old.type().isPrimitiveType()
        && column.type().isPrimitiveType()
        && !old.type().equals(column.type())
        && TypeUtil.isPromotionAllowed(old.type(), column.type().asPrimitiveType());
  }

  private static boolean sameKind(Types.NestedField old, Types.NestedField column) {
    return column.type().isPrimitiveType()
        ? old.type().equals(column.type())
        : old.type().typeId() == column.type().typeId();
  }

  private static boolean spec(Transaction transaction, TableLayout layout) {
    if (layout.partitions() == TableLayout.Partitions.AS_FOUND) {
      return false;
    }
    PartitionSpec old = transaction.table().spec();
    Schema now = transaction.table().schema();
    Map<List<String>, PartitionField> there = fields(old);
    Map<List<String>, PartitionField> wanted = fields(layout.spec());
    if (there.keySet().equals(wanted.keySet())) {
      return false;
    }
    for (PartitionField field : wanted.values()) {
      Types.NestedField source = layout.schema().findField(field.sourceId());
      if (!now.findField(source.name()).type().equals(source.type())) {
        LOG.warn(
            "{} stays partitioned as it is: its column {} is {}, the stream says {}",
            layout.identifier(),
            source.name(),
            now.findField(source.name()).type(),
            source.type());
        return false;
      }
    }
    UpdatePartitionSpec update = transaction.updateSpec();
    Set<List<String>> gone = new HashSet<>(there.keySet());
    gone.removeAll(wanted.keySet());
    gone.forEach(key -> update.removeField(there.get(key).name()));
    wanted.forEach(
        (key, field) -> {
          if (!there.containsKey(key)) {
            update.addField(field.name(), Expressions.transform(key.get(0), field.transform()));
          }
        });
    update.commit();
    return true;
  }

  /** A spec's fields by the column and what is made of it; names and ids are no difference. */
  private static Map<List<String>, PartitionField> fields(PartitionSpec spec) {
    Map<List<String>, PartitionField> fields = new HashMap<>();
    for (PartitionField field : spec.fields()) {
      if (!field.transform().isVoid()) {
        String column = spec.schema().findColumnName(field.sourceId());
        fields.put(List.of(column, field.transform().toString()), field);
      }
    }
    return fields;
  }
}
