package dev.sluice.transform.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What a file's entry in a manifest tells of its days and its rows. */
class DayFilesTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "_time", Types.TimestampType.withZone()),
          Types.NestedField.optional(2, "user", Types.StringType.get()));

  private static final String NOON = "2026-02-28T12:00:00Z";
  private static final String LATER = "2026-03-01T09:00:00Z";

  @Test
  void aFilesDaysAreReadOffItsPartition() {
    LocalDate day = LocalDate.of(2026, 2, 28);
    PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
    assertThat(span(PartitionSpec.builderFor(SCHEMA).day("_time").build(), "_time_day=2026-02-28"))
        .contains(new DayColumn.Span(day, day));
    assertThat(
            span(
                PartitionSpec.builderFor(SCHEMA).hour("_time").build(), "_time_hour=2026-02-28-23"))
        .contains(new DayColumn.Span(day, day));
    assertThat(span(PartitionSpec.builderFor(SCHEMA).month("_time").build(), "_time_month=2026-02"))
        .contains(new DayColumn.Span(LocalDate.of(2026, 2, 1), day));
    assertThat(span(spec.year("_time").build(), "_time_year=1969"))
        .contains(new DayColumn.Span(LocalDate.of(1969, 1, 1), LocalDate.of(1969, 12, 31)));
  }

  @Test
  void withoutSuchAPartitionTheBoundsOfTheColumnTellAndWithoutBoundsNothingDoes() {
    DayColumn column = DayColumn.of(SCHEMA).orElseThrow();
    PartitionSpec none = PartitionSpec.unpartitioned();

    assertThat(column.span(file(2, 2, NOON, LATER), none))
        .contains(new DayColumn.Span(LocalDate.of(2026, 2, 28), LocalDate.of(2026, 3, 1)));
    assertThat(
            column.span(
                DataFiles.builder(none)
                    .withPath("/none")
                    .withFileSizeInBytes(1)
                    .withRecordCount(1)
                    .withFormat("parquet")
                    .build(),
                none))
        .isEmpty();
    assertThat(column.partitions(none)).isFalse();
    assertThat(column.partitions(PartitionSpec.builderFor(SCHEMA).day("_time").build())).isTrue();
    assertThat(column.partitions(PartitionSpec.builderFor(SCHEMA).bucket("_time", 4).build()))
        .isFalse();
  }

  @Test
  void rowsHaveTheSameFingerprintInOneFileAndInTwoAndAnotherWhenOneIsAdded() {
    String together = print(file(5, 4, NOON, LATER));

    assertThat(print(file(2, 2, NOON, NOON), file(3, 2, NOON, LATER))).isEqualTo(together);
    assertThat(print(file(2, 2, NOON, NOON), file(4, 2, NOON, LATER))).isNotEqualTo(together);
    assertThat(print(file(2, 1, NOON, NOON), file(3, 2, NOON, LATER))).isNotEqualTo(together);
    assertThat(print(file(5, 4, NOON, "2026-03-01T09:00:01Z"))).isNotEqualTo(together);
  }

  private static Optional<DayColumn.Span> span(PartitionSpec spec, String partition) {
    DataFile file =
        DataFiles.builder(spec)
            .withPath("/file")
            .withFileSizeInBytes(1)
            .withRecordCount(1)
            .withFormat("parquet")
            .withPartitionPath(partition)
            .build();
    return DayColumn.of(SCHEMA).orElseThrow().span(file, spec);
  }

  private static String print(DataFile... files) {
    Fingerprint print = new Fingerprint(SCHEMA);
    for (DataFile file : files) {
      print.add(file);
    }
    return print.text();
  }

  private static DataFile file(long rows, long users, String first, String last) {
    Map<Integer, Long> values = new HashMap<>(Map.of(1, rows, 2, rows));
    Map<Integer, Long> empties = new HashMap<>(Map.of(1, 0L, 2, rows - users));
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("/file")
        .withFileSizeInBytes(1)
        .withFormat("parquet")
        .withMetrics(
            new Metrics(rows, Map.of(), values, empties, Map.of(), bound(first), bound(last)))
        .build();
  }

  private static Map<Integer, ByteBuffer> bound(String time) {
    return Map.of(
        1,
        Conversions.toByteBuffer(
            Types.TimestampType.withZone(),
            TimeUnit.SECONDS.toMicros(Instant.parse(time).getEpochSecond())));
  }
}
