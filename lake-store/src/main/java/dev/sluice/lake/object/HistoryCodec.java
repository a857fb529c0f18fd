package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.time.Instant;

/** The bytes of the rows a bucket's history is made of, and of the records of damage. */
final class HistoryCodec {
  private static final int FORM = 2;

  private HistoryCodec() {}

  static byte[] write(Change change) {
    return new RowWriter(FORM, 128)
        .number(change.kind().ordinal())
        .text(change.key())
        .text(change.versionId())
        .number(change.size())
        .text(change.etag())
        .number(change.time().toEpochMilli())
        .row();
  }

  static Change change(byte[] key, byte[] row) {
    RowReader in = reader(row);
    return new Change(
        sequence(key),
        ByteBuffer.wrap(key).getInt(key.length - 4),
        Change.Kind.values()[in.count()],
        in.text(),
        in.text(),
        in.number(),
        in.text(),
        Instant.ofEpochMilli(in.number()));
  }

  /** The sequence in a change row's key. */
  static long sequence(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 12);
  }

  static byte[] write(Damage damage) {
    return new RowWriter(FORM, 256)
        .text(damage.bucket())
        .text(damage.key())
        .text(damage.versionId())
        .text(damage.file())
        .number(damage.offset())
        .number(damage.length())
        .text(damage.expected())
        .text(damage.actual())
        .number(damage.found().toEpochMilli())
        .row();
  }

  static Damage damage(byte[] row) {
    RowReader in = reader(row);
    return new Damage(
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.number(),
        in.number(),
        in.text(),
        in.text(),
        Instant.ofEpochMilli(in.number()));
  }

  static RowReader reader(byte[] row) {
    int form = row.length == 0 ? 0 : row[0];
    if (form != FORM) {
      throw new StoreException(
          StoreException.Reason.DAMAGED, "a row of the object store has the unknown form " + form);
    }
    return new RowReader(row);
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  static long number(byte[] row) {
    return ByteBuffer.wrap(row).getLong();
  }
}
