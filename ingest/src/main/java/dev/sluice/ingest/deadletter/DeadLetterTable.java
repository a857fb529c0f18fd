package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.RowChecksum;
import dev.sluice.ingest.table.TableLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
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

  /** How often the record was decoded and refused; null in rows of before replays. */
  private static final String ATTEMPT = "attempt";

  /** Every refusal in order, once there was more than one. */
  private static final String ATTEMPTS = "attempts";

  /** The first refusal and so many of the latest are kept. */
  private static final int LATEST_ATTEMPTS = 19;

  private static final Types.StructType TRIED =
      Types.StructType.of(
          Types.NestedField.optional(17, "at", Types.TimestampType.withZone()),
          Types.NestedField.required(18, "reason", Types.StringType.get()),
          Types.NestedField.required(19, "detail", Types.StringType.get()));

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
          Types.NestedField.required(13, TableLayout.OFFSET, Types.LongType.get()),
          Types.NestedField.optional(14, ATTEMPT, Types.IntegerType.get()),
          Types.NestedField.optional(15, ATTEMPTS, Types.ListType.ofRequired(16, TRIED)));

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
    row.setField(ATTEMPT, 1);
    return row;
  }

  /** The row of a letter that was decoded once more and refused once more. */
  static Record refusedAgain(Schema schema, Record row, KeptLetter.Attempt attempt) {
    KeptLetter before = read(row);
    List<KeptLetter.Attempt> all = new ArrayList<>(before.attempts());
    all.add(attempt);
    if (all.size() > LATEST_ATTEMPTS + 1) {
      all.subList(1, all.size() - LATEST_ATTEMPTS).clear();
    }
    Types.StructType struct = schema.findType(ATTEMPTS).asListType().elementType().asStructType();
    List<Record> tried = new ArrayList<>();
    for (KeptLetter.Attempt one : all) {
      GenericRecord record = GenericRecord.create(struct);
      one.at().ifPresent(at -> record.setField("at", at.atOffset(ZoneOffset.UTC)));
      record.setField("reason", one.reason());
      record.setField("detail", one.detail());
      tried.add(record);
    }
    Record next = row.copy();
    next.setField("reason", attempt.reason());
    next.setField("detail", attempt.detail());
    next.setField(ATTEMPT, before.attempt() + 1);
    next.setField(ATTEMPTS, tried);
    return next;
  }

  /** The shard a row's record lay in. */
  static LogShard shard(Record row) {
    return new LogShard(
        row.getField(TOPIC_ID).toString(), (Integer) row.getField(TableLayout.SHARD));
  }

  /** A row as it was stored. */
  static KeptLetter read(Record row) {
    String reason = row.getField("reason").toString();
    String detail = row.getField("detail").toString();
    DeadLetter letter =
        new DeadLetter(
            row.getField("stream").toString(),
            shard(row),
            (Long) row.getField(TableLayout.OFFSET),
            ((OffsetDateTime) row.getField(TableLayout.RECEIVED_AT)).toInstant(),
            Optional.ofNullable((ByteBuffer) row.getField("key")),
            Optional.ofNullable((ByteBuffer) row.getField("value")),
            records(row.getField("headers")).stream().map(DeadLetterTable::header).toList(),
            reason,
            detail);
    List<KeptLetter.Attempt> attempts =
        records(row.getField(ATTEMPTS)).stream().map(DeadLetterTable::attempt).toList();
    Object attempt = row.getField(ATTEMPT);
    return new KeptLetter(
        letter,
        attempt == null ? 1 : (Integer) attempt,
        attempts.isEmpty()
            ? List.of(new KeptLetter.Attempt(Optional.empty(), reason, detail))
            : attempts);
  }

  private static List<Record> records(Object list) {
    return list == null ? List.of() : ((List<?>) list).stream().map(Record.class::cast).toList();
  }

  private static DeadLetter.Header header(Record record) {
    return new DeadLetter.Header(
        record.getField("name").toString(),
        Optional.ofNullable((ByteBuffer) record.getField("value")));
  }

  private static KeptLetter.Attempt attempt(Record record) {
    return new KeptLetter.Attempt(
        Optional.ofNullable((OffsetDateTime) record.getField("at")).map(OffsetDateTime::toInstant),
        record.getField("reason").toString(),
        record.getField("detail").toString());
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
