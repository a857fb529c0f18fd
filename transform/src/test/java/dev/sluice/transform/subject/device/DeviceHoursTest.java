package dev.sluice.transform.subject.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.Promises;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceHoursTest {
  /** A leap day is within. */
  private static final LocalDate FIRST = LocalDate.of(2028, 2, 28);

  private static final int DAYS = 3;

  private final SparkSession spark = LocalSpark.session();
  private final DeviceHours job = new DeviceHours();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {3, 20_261_122})
  void generatedDaysAreWhatThePlainReferenceSays(long seed) {
    List<Reading> readings = new RandomReadings(seed, FIRST, DAYS).all();
    PlainDeviceHours plain = new PlainDeviceHours(readings);
    Dataset<Row> raw = Reading.rows(spark, readings).cache();

    for (LocalDate day = FIRST; day.isBefore(FIRST.plusDays(DAYS + 1)); day = day.plusDays(1)) {
      assertThat(rows(raw, day))
          .as("hours of %s, seed %d", day, seed)
          .containsExactlyInAnyOrderElementsOf(plain.rows(day));
    }
    raw.unpersist();
  }

  @Test
  void holesResetsAndSilenceAreTold() {
    List<Reading> readings = new ArrayList<>();
    // Each 10 minutes from 10:00 on; 3 and 4 never came, then silence, then the device restarted.
    for (int i = 0; i < 6; i++) {
      readings.add(Reading.of("a", at("10:00:00").plusSeconds(600L * i), i, i < 3 ? i : i + 2));
    }
    readings.add(Reading.of("a", at("12:30:00"), 7, 0));

    List<Row> hours =
        job.run(FIRST, name -> Reading.rows(spark, readings))
            .orderBy("hour")
            .limit(3)
            .collectAsList();
    assertThat(hours.get(0).<Long>getAs("readings")).isEqualTo(6);
    assertThat(hours.get(0).<Double>getAs("mean")).isEqualTo(2.5);
    assertThat(hours.get(0).<Double>getAs("p50")).isEqualTo(2.5);
    assertThat(hours.get(0).<Double>getAs("p95")).isEqualTo(4.75);
    assertThat(hours.get(0).<Long>getAs("expected")).isEqualTo(8);
    assertThat(hours.get(0).<Long>getAs("missing")).isEqualTo(2);
    assertThat(hours.get(0).getAs("coverage").toString()).isEqualTo("1.000000");
    assertThat(hours.get(1).<Long>getAs("readings")).isZero();
    assertThat(hours.get(1).<Long>getAs("silences")).isEqualTo(1);
    assertThat(hours.get(1).getAs("silent_seconds").toString()).isEqualTo("3600.000000");
    assertThat(hours.get(2).<Long>getAs("resets")).isEqualTo(1);
    assertThat(hours.get(2).getAs("coverage").toString()).isEqualTo("0.166667");
  }

  @Test
  void aDayWithoutReadingsHasNoHours() {
    Dataset<Row> none = Reading.rows(spark, List.of());
    assertThat(job.run(FIRST, name -> none).isEmpty()).isTrue();
  }

  private Set<String> rows(Dataset<Row> raw, LocalDate day) {
    return LocalSpark.texts(Promises.kept(job, job.run(day, name -> raw)), job.writes());
  }

  private static Instant at(String time) {
    return Instant.parse(FIRST + "T" + time + "Z");
  }
}
