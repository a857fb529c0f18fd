package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_STAGE;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of stages: how they are found, and how they go with what they own. */
final class StagedRows {
  private final Rows rows;

  StagedRows(Rows rows) {
    this.rows = rows;
  }

  Optional<Staged> find(String bucket, String stage, String key) {
    return rows.get(RowKey.staged(bucket, stage, key)).map(StageCodec::staged);
  }

  List<Staged> all(String bucket, String stage) {
    return page(bucket, stage, "", Integer.MAX_VALUE);
  }

  List<Staged> page(String bucket, String stage, String after, int max) {
    List<Staged> page = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.staged(bucket, stage, ""))) {
      if (!after.isEmpty()) {
        cursor.seek(RowKey.staged(bucket, stage, after + "\1"));
      }
      for (; cursor.valid() && page.size() < max; cursor.next()) {
        page.add(StageCodec.staged(cursor.value()));
      }
    }
    return page;
  }

  List<String> names(String bucket) {
    List<String> names = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.within(RowKey.STAGED, bucket, ""))) {
      while (cursor.valid()) {
        String name = RowKey.keyOfVersion(cursor.key());
        names.add(name);
        cursor.seek(RowKey.after(RowKey.staged(bucket, name, "")));
      }
    }
    return names;
  }

  /** Those of stages published before a moment. */
  List<byte[]> publishedBefore(String bucket, Instant moment) {
    List<byte[]> found = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.within(RowKey.PUBLISHED, bucket, ""))) {
      for (; cursor.valid(); cursor.next()) {
        if (StageCodec.published(cursor.value()).when().isBefore(moment)) {
          found.add(cursor.key());
        }
      }
    }
    return found;
  }

  /**
   * Refuses when some are gone. Called under the locks of their keys: a bucket is deleted, and
   * perhaps made again, without the lock of a stage.
   */
  void requireAll(String bucket, String stage, List<Staged> all) {
    for (Staged each : all) {
      if (rows.get(RowKey.staged(bucket, stage, each.key())).isEmpty()) {
        throw unknown(stage);
      }
    }
  }

  static StoreException unknown(String stage) {
    return new StoreException(NO_SUCH_STAGE, "There is no stage '" + stage + "' in this bucket");
  }

  static void remove(RowBatch batch, String bucket, String stage, Staged staged) {
    staged.extents().forEach(batch::disown);
    batch.remove(RowKey.staged(bucket, stage, staged.key()));
  }

  /** What was kept aside in a bucket goes with it. */
  static void removeAll(Rows rows, RowBatch batch, String bucket) {
    try (Rows.Cursor cursor = rows.cursor(RowKey.within(RowKey.STAGED, bucket, ""))) {
      for (; cursor.valid(); cursor.next()) {
        StageCodec.staged(cursor.value()).extents().forEach(batch::disown);
        batch.remove(cursor.key());
      }
    }
    byte[] published = RowKey.within(RowKey.PUBLISHED, bucket, "");
    batch.removeRange(published, RowKey.after(published));
  }
}
