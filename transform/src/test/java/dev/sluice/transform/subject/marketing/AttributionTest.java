package dev.sluice.transform.subject.marketing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.Promises;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributionTest {
  private static final LocalDate DAY = LocalDate.of(2028, 2, 29);

  private final SparkSession spark = LocalSpark.session();
  private final Attribution job = new Attribution();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {5, 20_261_122})
  void generatedDaysAreWhatThePlainReferenceSays(long seed) {
    Market market = new RandomMarket(seed, DAY).made();
    Dataset<Row> found = Promises.kept(job, job.run(DAY, market.tables(spark)));
    Set<String> rows = LocalSpark.texts(found, job.writes());
    assertThat(rows)
        .as("credit of seed %d", seed)
        .hasSizeGreaterThan(100)
        .containsExactlyInAnyOrderElementsOf(new PlainAttribution(market, DAY).rows());
  }

  @Test
  void theModelsDivideAnOrderAsTheyAreDescribed() {
    Market market = Market.empty();
    market.visit("u", "2028-02-15T12:00:00Z", "ads");
    market.visit("u", "2028-02-22T12:00:00Z", "mail");
    market.visit("u", "2028-02-28T08:00:00Z", "organic");
    market.visit("u", "2028-02-29T12:00:00Z", "video");
    market.order("u", "2028-02-29T12:00:00Z", "100.0000");

    assertThat(credit(market))
        .containsExactlyInAnyOrder(
            "last 3/3 video 1.000000000 100.0000",
            "first 1/3 ads 1.000000000 100.0000",
            "linear 1/3 ads 0.333333333 33.3333",
            "linear 2/3 mail 0.333333333 33.3333",
            "linear 3/3 video 0.333333334 33.3334",
            "position 1/3 ads 0.400000000 40.0000",
            "position 2/3 mail 0.200000000 20.0000",
            "position 3/3 video 0.400000000 40.0000",
            "decay 1/3 ads 0.142857142 14.2857",
            "decay 2/3 mail 0.285714285 28.5714",
            "decay 3/3 video 0.571428573 57.1429");
  }

  @Test
  void withoutASourceTheLastVisitIsDirectAndWithoutAVisitThereIsNone() {
    Market market = Market.empty();
    market.visit("u", "2028-02-28T08:00:00Z", "");
    market.visit("u", "2028-01-01T08:00:00Z", "ads");
    market.order("u", "2028-02-29T12:00:00Z", "1.0000");
    market.order("stranger", "2028-02-29T12:00:00Z", "-1.0000");

    assertThat(
            job.run(DAY, market.tables(spark)).where("model = 'last'").collectAsList().stream()
                .map(
                    row ->
                        row.getAs("touch")
                            + " "
                            + row.getAs("media_source")
                            + " "
                            + row.getAs("revenue")))
        .containsExactlyInAnyOrder("direct null 1.0000", "none null -1.0000");
  }

  @Test
  void aLaterPostbackCorrectsAnInstallAndAReattributionHoldsFromItsTimeOn() {
    Market market = Market.empty();
    Instant installed = Instant.parse("2028-02-20T00:00:00Z");
    market.postbacks().add(Postback.install(installed, "u", "device", "wrong", 1));
    market.order("u", "2028-02-29T12:00:00Z", "9.0000");
    assertThat(sources(market)).containsExactly("wrong");

    market.postbacks().add(Postback.install(installed, "", "device", "right", 2));
    Postback reattributed =
        new Postback(
            Instant.parse("2028-02-29T13:00:00Z"),
            "reattribution",
            "",
            "device",
            "again",
            List.of(),
            List.of(),
            3);
    market.postbacks().add(reattributed);
    market.order("u", "2028-02-29T14:00:00Z", "9.0000");
    assertThat(sources(market)).containsExactly("right", "right again");
  }

  @Test
  void aNightWithoutPostbacksAndADayWithoutConversionsAreFine() {
    assertThat(job.run(DAY, Market.empty().tables(spark)).isEmpty()).isTrue();
  }

  private List<String> credit(Market market) {
    return job.run(DAY, market.tables(spark)).collectAsList().stream()
        .map(
            row ->
                String.format(
                    "%s %s/%s %s %s %s",
                    row.getAs("model"),
                    row.getAs("touch_number"),
                    row.getAs("touches"),
                    row.getAs("media_source"),
                    row.getAs("share"),
                    row.getAs("revenue")))
        .toList();
  }

  /** The path of each order. */
  private List<String> sources(Market market) {
    return job
        .run(DAY, market.tables(spark))
        .where("model = 'linear' AND conversion = 'purchase'")
        .orderBy("converted_at", "touch_number")
        .collectAsList()
        .stream()
        .collect(
            Collectors.groupingBy(
                row -> row.<String>getAs("conversion_id"),
                java.util.TreeMap::new,
                Collectors.mapping(
                    row -> row.<String>getAs("media_source"), Collectors.joining(" "))))
        .values()
        .stream()
        .toList();
  }
}
