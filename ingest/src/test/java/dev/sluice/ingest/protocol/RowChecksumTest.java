package dev.sluice.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowChecksumTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001-01-01T00:00:00Z",
        "1677-09-21T00:12:43Z",
        "1969-12-31T23:59:59.999999Z",
        "2262-04-11T23:47:17Z",
        "9999-12-31T23:59:59.999999Z"
      })
  void aTimeOfAnyYearCountsTheSameAsTextAndAsTime(String text) {
    assertThat(sum(row -> row.text("at", text)))
        .isEqualTo(sum(row -> row.time("at", Instant.parse(text))))
        .isNotEqualTo(sum(row -> row.time("at", Instant.parse(text).plusNanos(1_000))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z"})
  void textThatReadsAsAYearBeyondAllTablesCountsToo(String text) {
    assertThat(sum(row -> row.text("note", text))).isNotZero();
  }

  private static long sum(Consumer<RowChecksum> columns) {
    RowChecksum row = new RowChecksum(1, 2);
    columns.accept(row);
    return row.sum();
  }
}
