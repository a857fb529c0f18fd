package dev.sluice.ingest.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class FiledTimeTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, TableLayout.TIME, Types.TimestampType.withZone()),
          Types.NestedField.optional(2, "sent", Types.TimestampType.withZone()));
  private static final LocalDate DAY = LocalDate.of(2026, 3, 15);

  @Test
  void aSpanOfTheFiledTimeSaysWhatIsLookedAtAndWhatStaysOpen() {
    FiledTime hours = FiledTime.of(spec().hour(TableLayout.TIME).build());
    assertThat(hours.alone()).isTrue();
    assertThat(hours.begin(DAY)).isEqualTo(DAY);
    assertThat(hours.beginBefore(DAY)).isEqualTo(DAY.minusDays(1));
    FiledTime months = FiledTime.of(spec().bucket("sent", 4).month(TableLayout.TIME).build());
    assertThat(months.alone()).isFalse();
    assertThat(months.begin(DAY)).isEqualTo(LocalDate.of(2026, 3, 1));
    assertThat(months.beginBefore(DAY)).isEqualTo(LocalDate.of(2026, 2, 1));
    FiledTime years = FiledTime.of(spec().year(TableLayout.TIME).build());
    assertThat(years.beginBefore(DAY)).isEqualTo(LocalDate.of(2025, 1, 1));
  }

  @Test
  void anotherTimeIsNoSpanThatEnds() {
    FiledTime other = FiledTime.of(spec().day("sent").build());
    assertThat(other.unit()).isEmpty();
    assertThat(other.others()).isEqualTo(1);
    assertThat(FiledTime.of(PartitionSpec.unpartitioned()).alone()).isFalse();
  }

  private static PartitionSpec.Builder spec() {
    return PartitionSpec.builderFor(SCHEMA);
  }
}
