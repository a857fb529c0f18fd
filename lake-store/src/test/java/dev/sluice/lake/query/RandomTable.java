package dev.sluice.lake.query;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Fills a table at random, by Iceberg's own writers: rows, and what deletes them again. */
final class RandomTable {
  static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "i", Types.IntegerType.get()),
          NestedField.optional(3, "d", Types.DoubleType.get()),
          NestedField.optional(4, "f", Types.FloatType.get()),
          NestedField.optional(5, "s", Types.StringType.get()),
          NestedField.optional(6, "ts", Types.TimestampType.withZone()),
          NestedField.optional(7, "day", Types.DateType.get()),
          NestedField.optional(8, "price", Types.DecimalType.of(9, 2)),
          NestedField.optional(9, "flag", Types.BooleanType.get()));

  private static final String[] WORDS = {
    "", "a", "ab", "abc", "b", "Z", "é", "ß", "日本", "😀", "😀😀", "\uffff", "a'b", "%_", "\u0001"
  };
  private static final double[] DOUBLES = {
    0.0, -0.0, 1.5, -1.5, 3, 1e300, -1e300, Double.NaN, 1.0 / 0.0, -1.0 / 0.0, 4.9e-324
  };

  private final Table table;
  private final Random random;
  private final Map<String, Long> dataFiles = new LinkedHashMap<>();
  private final Map<String, DataFile> files = new HashMap<>();
  private final Set<String> vectored = new HashSet<>();
  private long nextId;

  RandomTable(Table table, Random random) {
    this.table = table;
    this.random = random;
  }

  /** Rows whose values lie near one another, so that files differ in what they hold. */
  void append(int rows) throws IOException {
    PartitionSpec spec = table.spec();
    Map<PartitionKey, List<Record>> parts = new LinkedHashMap<>();
    int around = random.nextInt(8) - 4;
    for (int n = 0; n < rows; n++) {
      Record row = row(around);
      PartitionKey key = new PartitionKey(spec, table.schema());
      key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
      parts.computeIfAbsent(key.copy(), none -> new ArrayList<>()).add(row);
    }
    var append = table.newAppend();
    for (Map.Entry<PartitionKey, List<Record>> part : parts.entrySet()) {
      var builder =
          Parquet.writeData(output())
              .schema(table.schema())
              .createWriterFunc(GenericParquetWriter::create)
              .withSpec(spec);
      DataWriter<Record> writer =
          (spec.isPartitioned() ? builder.withPartition(part.getKey()) : builder).build();
      try (writer) {
        part.getValue().forEach(writer::write);
      }
      DataFile file = writer.toDataFile();
      dataFiles.put(file.location(), file.recordCount());
      files.put(file.location(), file);
      append.appendFile(file);
    }
    append.commit();
  }

  private Record row(int around) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", nextId++);
    put(values, "i", around * 10 + random.nextInt(10));
    put(values, "d", DOUBLES[random.nextInt(DOUBLES.length)]);
    put(values, "f", (float) DOUBLES[random.nextInt(DOUBLES.length)]);
    put(values, "s", WORDS[Math.floorMod(around + random.nextInt(4), WORDS.length)]);
    put(values, "ts", OffsetDateTime.ofInstant(instant(around), ZoneOffset.UTC));
    put(values, "day", LocalDate.ofEpochDay(around * 3L + random.nextInt(3)));
    put(values, "price", BigDecimal.valueOf(around * 100L + random.nextInt(200), 2));
    put(values, "flag", random.nextBoolean());
    return GenericRecord.create(table.schema()).copy(known(values));
  }

  private Map<String, Object> known(Map<String, Object> values) {
    values.keySet().removeIf(name -> table.schema().findField(name) == null);
    return values;
  }

  private void put(Map<String, Object> values, String name, Object value) {
    if (random.nextInt(6) > 0) {
      values.put(name, value);
    }
  }

  private Instant instant(int around) {
    return Instant.EPOCH
        .plus(around * 40L + random.nextInt(60), ChronoUnit.HOURS)
        .plus(random.nextInt(3) * 999_999L, ChronoUnit.MICROS);
  }

  /** A text of SQL for some value that the column may hold. */
  String literal(String column) {
    int around = random.nextInt(8) - 4;
    return switch (column) {
      case "id" -> String.valueOf(random.nextInt((int) nextId + 2));
      case "i" -> String.valueOf(around * 10 + random.nextInt(10));
      case "d" -> "'" + DOUBLES[random.nextInt(DOUBLES.length)] + "'::DOUBLE";
      case "f" -> "'" + (float) DOUBLES[random.nextInt(DOUBLES.length)] + "'::FLOAT";
      case "s" -> SqlText.literal(WORDS[random.nextInt(WORDS.length)]);
      case "ts" -> "TIMESTAMPTZ '" + instant(around) + "'";
      case "day" -> "DATE '" + LocalDate.ofEpochDay(around * 3L + random.nextInt(3)) + "'";
      case "price" -> String.valueOf(around + random.nextInt(200) / 100.0);
      default -> String.valueOf(random.nextBoolean());
    };
  }

  /** Evolves how rows are spread over files. */
  void repartition() {
    var update = table.updateSpec();
    table.spec().fields().forEach(field -> update.removeField(field.name()));
    switch (random.nextInt(7)) {
      case 0 -> update.addField(Expressions.bucket("id", 4));
      case 1 -> update.addField(Expressions.truncate("s", 1));
      case 2 -> update.addField(Expressions.day("ts"));
      case 3 -> update.addField(Expressions.hour("ts"));
      case 4 -> update.addField("day");
      case 5 -> update.addField(Expressions.truncate("i", 5));
      default -> update.addField(Expressions.bucket("price", 3)).addField("flag");
    }
    update.commit();
    table.refresh();
  }

  /** Deletes some rows by their places: by position deletes, or by deletion vectors from v3 on. */
  void deletePositions() throws IOException {
    RowDelta delta = table.newRowDelta();
    int version = ((org.apache.iceberg.BaseTable) table).operations().current().formatVersion();
    for (Map.Entry<String, Long> file : dataFiles.entrySet()) {
      if (random.nextBoolean() || vectored.contains(file.getKey())) {
        continue;
      }
      DataFile data = files.get(file.getKey());
      PartitionSpec spec = table.specs().get(data.specId());
      long[] rows = random.longs(2, 0, file.getValue()).distinct().sorted().toArray();
      if (version >= 3) {
        vectored.add(file.getKey());
        OutputFileFactory factory =
            OutputFileFactory.builderFor(table, 1, random.nextInt(1 << 30))
                .format(FileFormat.PUFFIN)
                .build();
        BaseDVFileWriter writer = new BaseDVFileWriter(factory, path -> null);
        try (writer) {
          for (long row : rows) {
            writer.delete(file.getKey(), row, spec, data.partition());
          }
        }
        writer.result().deleteFiles().forEach(delta::addDeletes);
      } else {
        var builder = Parquet.writeDeletes(output()).withSpec(spec);
        PositionDeleteWriter<Record> writer =
            (spec.isPartitioned() ? builder.withPartition(data.partition()) : builder)
                .buildPositionWriter();
        try (writer) {
          for (long row : rows) {
            writer.write(PositionDelete.<Record>create().set(file.getKey(), row));
          }
        }
        delta.addDeletes(writer.toDeleteFile());
      }
    }
    delta.commit();
  }

  /** Deletes the rows like a few, in one partition or in all of them. */
  void deleteEqual() throws IOException {
    List<Integer> ids =
        List.of(List.of(2), List.of(5), List.of(5, 9), List.of(7)).get(random.nextInt(4));
    Schema keys = TypeUtil.select(table.schema(), Set.copyOf(ids));
    List<DataFile> all = List.copyOf(files.values());
    DataFile some = all.get(random.nextInt(all.size()));
    PartitionSpec global =
        table.specs().values().stream().filter(PartitionSpec::isUnpartitioned).findFirst().get();
    PartitionSpec spec = random.nextBoolean() ? global : table.specs().get(some.specId());
    var builder =
        Parquet.writeDeletes(output())
            .rowSchema(keys)
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(spec)
            .equalityFieldIds(ids);
    EqualityDeleteWriter<Record> writer =
        (spec.isPartitioned() ? builder.withPartition(some.partition()) : builder)
            .buildEqualityWriter();
    try (writer) {
      for (int n = 0; n < 3; n++) {
        Record like = row(random.nextInt(8) - 4);
        Record key = GenericRecord.create(keys);
        keys.columns().forEach(c -> key.setField(c.name(), like.getField(c.name())));
        writer.write(key);
      }
    }
    DeleteFile file = writer.toDeleteFile();
    table.newRowDelta().addDeletes(file).commit();
  }

  private OutputFile output() {
    return table
        .io()
        .newOutputFile(table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet"));
  }
}
