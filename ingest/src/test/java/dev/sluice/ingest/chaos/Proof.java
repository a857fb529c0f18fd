package dev.sluice.ingest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Ledger;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.table.TableLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads log and tables as a stranger would, with Kafka's and Iceberg's own readers. */
final class Proof {
  private static final TableIdentifier ROWS = TableLayout.identifier(NumberedEvents.STREAM);
  private static final int NAMED = 10;

  private final Cluster cluster;
  private final long events;

  Proof(Cluster cluster, long events) {
    this.cluster = cluster;
    this.events = events;
  }

  /** Were it not so, nothing could be said of the tables. */
  void theLogHoldsEachEventOnce() {
    Map<Long, Integer> times = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        KafkaFixture.records(cluster.bootstrapServers(), NumberedEvents.STREAM)) {
      times.merge(
          Long.parseLong(new String(record.key(), StandardCharsets.UTF_8)), 1, Integer::sum);
    }
    assertThat(numbersNot(times)).as("events not in the log once").isEmpty();
  }

  void eachEventIsARowOrADeadLetterOnceAndNothingElseIs() throws IOException {
    Map<Long, Integer> times = new TreeMap<>();
    Set<Long> mistaken = new HashSet<>();
    for (Record row : read(ROWS)) {
      long number = Long.parseLong(((String) row.getField("event_id")).substring(1));
      times.merge(number, 1, Integer::sum);
      if (NumberedEvents.poison(number) || !whole(row, number)) {
        mistaken.add(number);
      }
    }
    for (Record letter : read(DeadLetterTable.IDENTIFIER)) {
      ByteBuffer key = (ByteBuffer) letter.getField("key");
      long number = Long.parseLong(StandardCharsets.UTF_8.decode(key.duplicate()).toString());
      times.merge(number, 1, Integer::sum);
      if (!NumberedEvents.poison(number)) {
        mistaken.add(number);
      }
    }
    assertThat(numbersNot(times)).as("events neither row nor dead letter, or both").isEmpty();
    assertThat(mistaken).as("events that are in the wrong table, or not whole").isEmpty();
  }

  /** All values are its own, the undeclared one among them. */
  private static boolean whole(Record row, long number) {
    Map<?, ?> extra = (Map<?, ?>) row.getField(TableLayout.EXTRA);
    boolean colour =
        NumberedEvents.coloured(number)
            ? extra != null && String.valueOf(extra.get("colour")).contains("c" + number)
            : extra == null || extra.isEmpty();
    return colour
        && row.getField("quantity").equals(number)
        && row.getField("user_id").equals("u" + number % 17)
        && row.getField(TableLayout.SHARD).equals((int) (number % NumberedEvents.SHARDS));
  }

  private List<String> numbersNot(Map<Long, Integer> times) {
    List<String> wrong = new ArrayList<>();
    for (long number = 0; number < events && wrong.size() < NAMED; number++) {
      int found = times.getOrDefault(number, 0);
      if (found != 1) {
        wrong.add(number + " is there " + found + " times");
      }
    }
    times.keySet().stream()
        .filter(number -> number < 0 || number >= events)
        .forEach(number -> wrong.add(number + " was never sent"));
    return wrong;
  }

  private List<Record> read(TableIdentifier table) throws IOException {
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(cluster.connection().load(table)).build()) {
      List<Record> all = new ArrayList<>();
      rows.forEach(all::add);
      return all;
    }
  }

  /** Not the live ones alone: who reads an older snapshot must find its files too. */
  void everyFileOfEverySnapshotIsThere() throws IOException {
    Set<String> missing = new HashSet<>();
    for (TableIdentifier name : List.of(ROWS, DeadLetterTable.IDENTIFIER)) {
      Table table = cluster.connection().load(name);
      Set<String> files = new HashSet<>();
      for (Snapshot snapshot : table.snapshots()) {
        try (CloseableIterable<FileScanTask> tasks =
            table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
          tasks.forEach(task -> files.add(task.file().location()));
        }
      }
      files.stream()
          .filter(location -> !table.io().newInputFile(location).exists())
          .forEach(missing::add);
    }
    assertThat(missing).as("files that a snapshot names and the store has not").isEmpty();
  }

  void theLedgerIsSoundToEveryValue() {
    Verification verdict =
        new Ledger(
                cluster.connection(),
                cluster.bootstrapServers(),
                new EventDecoder(DecodeLimits.standard()),
                Duration.ofSeconds(30),
                InstantSource.system())
            .verify(NumberedEvents.STREAM, Depth.VALUES);
    assertThat(verdict.problems()).isEmpty();
    assertThat(verdict.notCompared()).isEmpty();
  }

  /** How many files were merged away, by the summaries of the snapshots that are left. */
  String describe() {
    Table table = cluster.connection().load(ROWS);
    Map<String, Long> operations = new TreeMap<>();
    for (Snapshot snapshot : table.snapshots()) {
      operations.merge(snapshot.operation(), 1L, Long::sum);
    }
    return events
        + " events, kept snapshots by operation "
        + operations
        + ", "
        + table.currentSnapshot().summary().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("total-"))
            .map(Object::toString)
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
