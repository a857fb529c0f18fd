package dev.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitioningTest {

  private static final Stream CLICKS =
      new Stream(
          "clicks",
          List.of(
              new Field("at", FieldType.TIMESTAMP, true),
              new Field("visitor", FieldType.STRING, false),
              new Field("price", FieldType.DOUBLE, false),
              new Field("price_trunc_2", FieldType.STRING, false),
              new Field("visitor_bucket_3", FieldType.LONG, false)),
          Optional.empty(),
          Optional.of("at"),
          1);

  @Test
  void everyTransformIsReadAndWrittenTheSame() {
    List<String> texts =
        List.of(
            "visitor",
            "bucket[16](visitor)",
            "truncate[4](visitor)",
            "year(at)",
            "month(at)",
            "day(at)",
            "hour(at)");
    assertThat(texts).allSatisfy(t -> assertThat(PartitionField.parse(t)).hasToString(t));
    assertThat(PartitionField.parse("identity(visitor)")).hasToString("visitor");
    assertThat(PartitionField.parse("bucket[8] ( visitor )")).hasToString("bucket[8](visitor)");
    assertThat(CLICKS.partitionedBy("hour(_time)", "bucket[4](visitor)").partitioning().buckets())
        .isEqualTo(4);
  }

  @Test
  void whatCannotBeSaysSoInOneLine() {
    assertRefused("there is no transform week; use identity, bucket", "week(at)");
    assertRefused("visiter is not among the stream's fields", "visiter");
    assertRefused("day does not take a string, which visitor is", "day(visitor)");
    assertRefused("bucket does not take a double, which price is", "bucket[4](price)");
    assertRefused("truncate does not take a timestamp", "truncate[4](at)");
    assertRefused("a width is needed, as in bucket[16](visitor)", "bucket(visitor)");
    assertRefused("4096 buckets are the most", "bucket[100000](visitor)");
    assertRefused("day has no width", "day[3](at)");
    assertRefused("write day(event_time), bucket[16](user_id) or user_id", "day(at");
    assertRefused("another one is of the same time", "day(at)", "hour(_time)");
    assertRefused("is there twice", "visitor", "visitor");
    assertRefused("which is a field: rename that", "bucket[3](visitor)");
  }

  private static void assertRefused(String why, String... texts) {
    assertThatThrownBy(() -> CLICKS.partitionedBy(texts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }
}
