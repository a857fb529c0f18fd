package dev.sluice.ingest.table;

import dev.sluice.ingest.recent.CommittedIds;
import dev.sluice.ingest.recent.IdHash;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/**
 * The ids of one shard's rows, as hashes; a row without an id is passed over. The table is loaded
 * when they are asked for: until then its files may have been merged, and the old ones deleted.
 */
public final class RowIds implements CommittedIds {

  private final Supplier<Table> table;
  private final int shard;
  private final String idColumn;

  public RowIds(Supplier<Table> table, int shard, String idColumn) {
    this.table = table;
    this.shard = shard;
    this.idColumn = idColumn;
  }

  @Override
  public void since(long receivedMillis, Taker taker) {
    IdHash hash = new IdHash();
    new ShardRows(table.get(), shard, List.of(idColumn))
        .since(
            receivedMillis,
            (row, millis) -> {
              Object id = row.getField(idColumn);
              if (id != null) {
                taker.take(set(hash, id), millis);
              }
            });
  }

  private static IdHash set(IdHash hash, Object id) {
    // Its column may be one of another kind of numbers, which holds only whole ones then.
    if (id instanceof Number number) {
      return hash.whole(number.longValue());
    }
    if (id instanceof UUID uuid) {
      return hash.uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }
    byte[] text = id.toString().getBytes(StandardCharsets.UTF_8);
    return hash.text(text, 0, text.length);
  }
}
