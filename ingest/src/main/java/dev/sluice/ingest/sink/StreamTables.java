package dev.sluice.ingest.sink;

import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.FurtherTable;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableDescription;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * All tables of a stream as a shard finds them when it begins to be read. It is read from where the
 * table stands that is least far; the others have what they have.
 */
final class StreamTables {

  private final List<Table> tables;

  private StreamTables(List<Table> tables) {
    this.tables = tables;
  }

  static StreamTables open(LakeConnection lake, Stream stream, LogShard shard) {
    List<TableIdentifier> names = TableLayout.identifiers(stream);
    List<Table> tables = new ArrayList<>();
    for (TableIdentifier name : names) {
      TableLayout layout = TableLayout.of(stream, name);
      Table table = lake.open(layout);
      TableDescription.keep(table, layout);
      tables.add(table);
    }
    if (stream.routing().isPresent() || stream.begin(shard.partition()) > 0) {
      begin(lake, stream, shard, tables);
    }
    return new StreamTables(List.copyOf(tables));
  }

  /**
   * A table that has no progress of the shard begins where the others stand; where none has any,
   * where the stream's own table stood when the route was declared; where that has none either, at
   * the first offset that is the stream's. The stream's own table stands still once there is a
   * route, so it is asked for nothing else; and only of the shard that is joined, for others may
   * still be read by a worker that knows of no route.
   */
  private static void begin(
      LakeConnection lake, Stream stream, LogShard shard, List<Table> tables) {
    ShardProgress from =
        lowest(tables, shard)
            .or(
                () ->
                    lake.find(TableLayout.identifier(stream))
                        .flatMap(former -> TableProgress.of(former, shard)))
            .map(ShardProgress::forFurtherTable)
            .orElseGet(() -> ShardProgress.passingOver(stream.begin(shard.partition())));
    for (Table table : tables) {
      if (TableProgress.of(table, shard).isEmpty()) {
        FurtherTable.begin(table, shard, from);
        table.refresh();
        // Read from 0 instead, it would take what the others account for.
        if (TableProgress.of(table, shard).isEmpty()) {
          throw new IllegalStateException(table.name() + " does not take where it begins");
        }
      }
    }
  }

  private static Optional<ShardProgress> lowest(List<Table> tables, LogShard shard) {
    return tables.stream()
        .flatMap(table -> TableProgress.of(table, shard).stream())
        .min(Comparator.comparingLong(ShardProgress::nextOffset));
  }

  List<Table> all() {
    return tables;
  }

  /** Why a table's past and its progress do not agree, if they do not. */
  Optional<String> contradiction(LogShard shard) {
    for (Table table : tables) {
      if (TableProgress.history(table, shard) instanceof History.Disagrees disagrees) {
        return Optional.of(table.name() + ": " + disagrees.why());
      }
    }
    return Optional.empty();
  }

  /** The progress of the table that is least far. */
  Optional<ShardProgress> lowest(LogShard shard) {
    return tables.stream().anyMatch(table -> TableProgress.of(table, shard).isEmpty())
        ? Optional.empty()
        : lowest(tables, shard);
  }

  /** Where each table stands, when the shard is read from this offset. */
  List<Standpoint> standpoints(LogShard shard, long from) {
    List<Standpoint> standpoints = new ArrayList<>();
    for (Table table : tables) {
      long next = TableProgress.of(table, shard).orElse(ShardProgress.START).nextOffset();
      standpoints.add(
          new Standpoint(
              next, next > from ? rows(table, shard.partition(), from, next) : Set.of()));
    }
    return List.copyOf(standpoints);
  }

  private static Set<Long> rows(Table table, int partition, long from, long next) {
    Set<Long> offsets = new HashSet<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table)
            .where(
                Expressions.and(
                    Expressions.equal(TableLayout.SHARD, partition),
                    Expressions.greaterThanOrEqual(TableLayout.OFFSET, from),
                    Expressions.lessThan(TableLayout.OFFSET, next)))
            .select(TableLayout.OFFSET)
            .build()) {
      rows.forEach(row -> offsets.add((Long) row.getField(TableLayout.OFFSET)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return offsets;
  }
}
