package dev.sluice.ingest.sink;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.recent.IdHash;
import dev.sluice.ingest.recent.RecentIds;
import dev.sluice.ingest.recent.ShardIds;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.RowIds;
import dev.sluice.ingest.table.TableLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Tells of a shard's events which have a row already, by their ids. */
final class Repeats {

  private final ShardIds ids;
  private final int field;
  private final FieldType type;
  private final IdHash hash = new IdHash();

  private Repeats(ShardIds ids, int field, FieldType type) {
    this.ids = ids;
    this.field = field;
    this.type = type;
  }

  /** None where the stream's events have no id, or nobody is to look at it. */
  static Optional<Repeats> of(
      RecentIds recent,
      Stream stream,
      LogShard shard,
      long nextOffset,
      Function<TableIdentifier, Table> tables) {
    Optional<EventId> id = stream.id().filter(EventId::watched);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Field field = stream.field(id.get().field()).orElseThrow();
    ShardIds ids = recent.shard(shard.toString(), id.get().window());
    ids.begin(
        nextOffset,
        (since, taker) ->
            TableLayout.identifiers(stream)
                .forEach(
                    name ->
                        new RowIds(() -> tables.apply(name), shard.partition(), field.name())
                            .since(since, taker)));
    return Optional.of(new Repeats(ids, stream.fields().indexOf(field), field.type()));
  }

  /** Nothing that is kept of the shard can be trusted: the table and its past have parted. */
  static void drop(RecentIds recent, Stream stream, LogShard shard) {
    stream
        .id()
        .filter(EventId::watched)
        .ifPresent(id -> recent.shard(shard.toString(), id.window()).drop());
  }

  /** Whether the event has a row; if not, it is taken that it gets one now. */
  boolean repeated(EventColumns event, long receivedMillis) {
    if (!event.has(field)) {
      return false;
    }
    switch (type) {
      case LONG -> hash.whole(event.whole(field));
      case UUID -> hash.uuid(event.whole(field), event.low(field));
      default -> hash.text(event.bytes(), event.from(field), event.length(field));
    }
    return ids.seen(hash, receivedMillis);
  }

  void send() {
    ids.send();
  }

  void landed(long nextOffset) {
    ids.landed(nextOffset);
  }

  void forget() {
    ids.forget();
  }

  /** The table and what was known of it have parted. */
  void drop() {
    ids.drop();
  }

  /** How far back repeats are found. */
  Duration known() {
    return ids.known();
  }
}
