package dev.sluice.ingest.table;

import dev.sluice.ingest.recent.CommittedIds;
import dev.sluice.ingest.recent.IdHash;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Table;

/** The ids of one shard's rows, as hashes; a row without an id is passed over. */
public final class RowIds implements CommittedIds {

  private final ShardRows rows;
  private final String idColumn;

  public RowIds(Table table, int shard, String idColumn) {
    this.rows = new ShardRows(table, shard, List.of(idColumn));
    this.idColumn = idColumn;
  }

  @Override
  public void since(long receivedMillis, Taker taker) {
    IdHash hash = new IdHash();
    rows.since(
        receivedMillis,
        (row, millis) -> {
          Object id = row.getField(idColumn);
          if (id != null) {
            taker.take(set(hash, id), millis);
          }
        });
  }

  private static IdHash set(IdHash hash, Object id) {
    if (id instanceof Long number) {
      return hash.whole(number);
    }
    if (id instanceof UUID uuid) {
      return hash.uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }
    byte[] text = id.toString().getBytes(StandardCharsets.UTF_8);
    return hash.text(text, 0, text.length);
  }
}
