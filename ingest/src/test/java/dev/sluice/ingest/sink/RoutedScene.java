package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.LetterFilter;
import dev.sluice.ingest.deadletter.Replay;
import dev.sluice.ingest.deadletter.ReplayReport;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Routing;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** A scene whose stream has three tables: a colour's events each, {@code c0} to {@code c2}. */
final class RoutedScene implements AutoCloseable {

  final Scene scene;

  /** Without a route. */
  final Stream plain;

  final Stream routed;

  RoutedScene(String what, int shards, Optional<EventId> id) throws Exception {
    scene = new Scene(what, shards, id);
    List<Field> fields = new ArrayList<>(scene.stream.fields());
    fields.add(new Field("colour", FieldType.STRING, false));
    plain =
        new Stream(
            scene.stream.name(),
            fields,
            scene.stream.keyField(),
            scene.stream.timeField(),
            shards,
            id);
    routed = to(3);
  }

  /** The stream with so many tables. */
  Stream to(int tables) {
    Map<String, String> byColour = new TreeMap<>();
    for (int i = 0; i < tables; i++) {
      byColour.put("c" + i, table(i));
    }
    return plain.routed(Routing.of("colour", byColour));
  }

  String table(int colour) {
    return scene.stream.tableName() + "_colour" + colour;
  }

  SinkWorkers worker(String name) {
    return scene.worker(name, scene.house.catalogUri(), routed);
  }

  void produce(int shard, int number, String colour) throws Exception {
    scene.produce(
        shard,
        "{\"event_id\":\"e"
            + number
            + "\",\"event_time\":\""
            + Instant.now()
            + "\",\"user_id\":\"u\",\"colour\":\""
            + colour
            + "\"}");
  }

  /** Offsets that every one of the tables has. */
  long committed(Stream declared) {
    long least = Long.MAX_VALUE;
    for (TableIdentifier name : TableLayout.identifiers(declared)) {
      long next =
          scene.house.lake().find(name).stream()
              .flatMap(table -> TableProgress.of(table).values().stream())
              .mapToLong(ShardProgress::nextOffset)
              .sum();
      least = Math.min(least, next);
    }
    return least;
  }

  void awaitCommitted(long offsets) throws Exception {
    Await.until(offsets + " offsets of all tables", () -> committed(routed) >= offsets);
  }

  List<Object> ids(int colour) throws Exception {
    Table table = scene.house.lake().load(TableIdentifier.of("raw", table(colour)));
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      return StreamSupport.stream(rows.spliterator(), false)
          .map(row -> row.getField("event_id"))
          .toList();
    }
  }

  ReplayReport replay(Stream declared) {
    LetterFilter all =
        new LetterFilter(
            Optional.of(declared.name()), Optional.empty(), Optional.empty(), Optional.empty());
    return new Replay(
            scene.house.lake(),
            Scene.decoder(),
            Clock.systemUTC(),
            UUID::randomUUID,
            new Replay.Bounds(30, 4, 20, 20),
            attempt -> true)
        .run(declared, all);
  }

  @Override
  public void close() {
    scene.close();
  }
}
