package dev.sluice.lake.object;

/** How rows of stages go, with what they own. */
final class StagedRows {
  private StagedRows() {}

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
