package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.RowChecksum;
import dev.sluice.ingest.table.TableLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/** The columns of {@code ops.dead_letters}. */
public final class DeadLetterTable {

  public static final TableIdentifier IDENTIFIER = TableIdentifier.of("ops", "dead_letters");
  public static final String TOPIC_ID = "_topic_id";

  private static final Types.StructType HEADER =
      Types.StructType.of(
          Types.NestedField.required(8, "name", Types.StringType.get()),
          Types.NestedField.optional(9, "value", Types.BinaryType.get()));

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "stream", Types.StringType.get()),
          Types.NestedField.required(2, "reason", Types.StringType.get()),
          Types.NestedField.required(3, "detail", Types.StringType.get()),
          Types.NestedField.optional(4, "key", Types.BinaryType.get()),
          Types.NestedField.optional(5, "value", Types.BinaryType.get()),
          Types.NestedField.optional(6, "headers", Types.ListType.ofRequired(7, HEADER)),
          Types.NestedField.required(10, TableLayout.RECEIVED_AT, Types.TimestampType.withZone()),
          Types.NestedField.required(11, TOPIC_ID, Types.StringType.get()),
          Types.NestedField.required(12, TableLayout.SHARD, Types.IntegerType.get()),
          Types.NestedField.required(13, TableLayout.OFFSET, Types.LongType.get()));

  private DeadLetterTable() {}

  public static TableLayout layout() {
    return new TableLayout(
        IDENTIFIER, SCHEMA, PartitionSpec.builderFor(SCHEMA).day(TableLayout.RECEIVED_AT).build());
  }

  static Record row(Schema schema, DeadLetter letter) {
    GenericRecord row = GenericRecord.create(schema);
    row.setField("stream", letter.stream());
    row.setField("reason", letter.reason());
    row.setField("detail", letter.detail());
    letter.key().ifPresent(key -> row.setField("key", key.duplicate()));
    letter.value().ifPresent(value -> row.setField("value", value.duplicate()));
    if (!letter.headers().isEmpty()) {
      Types.StructType struct =
          schema.findType("headers").asListType().elementType().asStructType();
      List<Record> headers = letter.headers().stream().map(h -> header(struct, h)).toList();
      row.setField("headers", headers);
    }
    row.setField(TableLayout.RECEIVED_AT, letter.receivedAt().atOffset(ZoneOffset.UTC));
    row.setField(TOPIC_ID, letter.shard().topicId());
    row.setField(TableLayout.SHARD, letter.shard().partition());
    row.setField(TableLayout.OFFSET, letter.offset());
    return row;
  }

  private static Record header(Types.StructType struct, DeadLetter.Header header) {
    GenericRecord record = GenericRecord.create(struct);
    record.setField("name", header.name());
    header.value().ifPresent(value -> record.setField("value", value.duplicate()));
    return record;
  }

  /** What a letter counts in the table's running checksum: its bytes, at its place. */
  static long checksum(DeadLetter letter) {
    return checksum(letter.shard().partition(), letter.offset(), letter.key(), letter.value());
  }

  /** The same, of a row read back. */
  public static long checksum(Record row) {
    return checksum(
        (Integer) row.getField(TableLayout.SHARD),
        (Long) row.getField(TableLayout.OFFSET),
        Optional.ofNullable((ByteBuffer) row.getField("key")),
        Optional.ofNullable((ByteBuffer) row.getField("value")));
  }

  private static long checksum(
      int shard, long offset, Optional<ByteBuffer> key, Optional<ByteBuffer> value) {
    RowChecksum checksum = new RowChecksum(shard, offset);
    key.ifPresent(bytes -> checksum.text("key", text(bytes)));
    value.ifPresent(bytes -> checksum.text("value", text(bytes)));
    return checksum.sum();
  }

  /** Every byte as one character: nothing is lost, whatever the bytes are. */
  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
  }
}
