package dev.sluice.ingest.ledger;

import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.ShardRows;
import dev.sluice.ingest.table.TableLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.Table;

/**
 * Offsets of one shard that are neither rows nor dead letters. That they are duplicates they can
 * only claim; it is shown by a row of the same id that came before, within the window.
 */
final class Claims {

  /** So many more than there should be are told one by one; the count tells of the rest. */
  private static final long SLACK = 10_000;

  /** What is looked into takes memory; beyond this many it is said that it was not. */
  private static final long MOST = 500_000;

  private record Claim(long offset, long receivedMillis) {}

  private final Field field;
  private final int at;
  private final EventId id;
  private final long most;
  private final Map<Object, List<Claim>> byId = new HashMap<>();
  private final TreeSet<Long> unproven = new TreeSet<>();
  private long oldestMillis = Long.MAX_VALUE;
  private long beyond;

  Claims(Stream stream, EventId id, ShardProgress progress) {
    this.id = id;
    this.field = stream.field(id.field()).orElseThrow();
    this.at = stream.fields().indexOf(field);
    this.most = Math.min(MOST, progress.totals().duplicates() + SLACK);
  }

  /** An offset without an event, or whose event has no id, is no duplicate. */
  void add(long offset) {
    if (unproven.size() < most) {
      unproven.add(offset);
    } else {
      beyond++;
    }
  }

  void add(long offset, long receivedMillis, EventColumns event) {
    add(offset);
    if (event.has(at) && unproven.contains(offset)) {
      byId.computeIfAbsent(value(event), any -> new ArrayList<>())
          .add(new Claim(offset, receivedMillis));
      oldestMillis = Math.min(oldestMillis, receivedMillis);
    }
  }

  /** The id as the table's reader gives it. */
  private Object value(EventColumns event) {
    return switch (field.type()) {
      case LONG -> event.whole(at);
      case UUID -> new UUID(event.whole(at), event.low(at));
      default ->
          new String(event.bytes(), event.from(at), event.length(at), StandardCharsets.UTF_8);
    };
  }

  /** Looks for each claim's row among the shard's. */
  void prove(Table table, int shard) {
    if (byId.isEmpty() || table.schema().findField(field.name()) == null) {
      return;
    }
    new ShardRows(table, shard, List.of(field.name(), TableLayout.OFFSET))
        .since(
            oldestMillis - id.window().toMillis(),
            (row, receivedMillis) -> {
              Object value = row.getField(field.name());
              List<Claim> claims =
                  value == null
                      ? null
                      : byId.get(value instanceof Number number ? number.longValue() : value);
              if (claims != null) {
                prove(claims, (Long) row.getField(TableLayout.OFFSET), receivedMillis);
              }
            });
  }

  private void prove(List<Claim> claims, long offset, long receivedMillis) {
    for (Claim claim : claims) {
      if (offset < claim.offset()
          && claim.receivedMillis() - receivedMillis <= id.window().toMillis()) {
        unproven.remove(claim.offset());
      }
    }
  }

  /** How many were not looked into. */
  long beyond() {
    return beyond;
  }

  /** Those without such a row. */
  OffsetRanges unproven() {
    OffsetRanges ranges = new OffsetRanges();
    unproven.forEach(ranges::add);
    return ranges;
  }
}
