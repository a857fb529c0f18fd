package dev.sluice.transform.subject.marketing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.HeldTables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.Promises;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpendingTest {
  /** Its 30 days end on a leap day. */
  private static final LocalDate DAY = LocalDate.of(2028, 1, 30);

  private final SparkSession spark = LocalSpark.session();
  private final CampaignCosts costs = new CampaignCosts();
  private final Roas returns = new Roas();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {9, 20_261_122})
  void generatedDaysAreWhatThePlainReferenceSays(long seed) {
    RandomSpending made = new RandomSpending(seed, DAY);
    Tables tables = tables(made.market, made.installs, made.costs);
    PlainSpending plain = new PlainSpending(made.market, made.installs, made.costs, DAY);

    assertThat(LocalSpark.texts(Promises.kept(costs, costs.run(DAY, tables)), costs.writes()))
        .as("costs of seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(plain.costs());
    assertThat(LocalSpark.texts(Promises.kept(returns, returns.run(DAY, tables)), returns.writes()))
        .as("returns of seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(plain.returns());
  }

  @Test
  void aReturnIsToldOfOneCurrencyAndOnceItsDaysAreOver() {
    Market market = Market.empty();
    market.visit("u", "2028-01-30T08:00:00Z", "ads");
    market.visit("u", "2028-02-06T08:00:00Z", "ads");
    market.order("u", "2028-01-30T09:00:00Z", "5.0000");
    market.order("u", "2028-02-06T09:00:00Z", "10.0000");
    Instant noon = Instant.parse("2028-01-30T12:00:00Z");
    List<Cost> stated =
        List.of(
            new Cost(noon, "ads", "spring", "", "EUR", 99, 0, 1),
            new Cost(noon, "ads", "spring", "", "EUR", 10, 0, 2),
            new Cost(noon, "ads", "spring", "", "USD", 7, 0, 3));

    assertThat(
            LocalSpark.texts(returns.run(DAY, tables(market, List.of(), stated)), returns.writes()))
        .containsExactlyInAnyOrder(
            "2028-01-30|ads|EUR|1|10.0000|5.0000|15.0000|15.0000"
                + "|0.500000|1.500000|null|0|2028-02-06",
            "2028-01-30|ads|USD|1|7.0000|0.0000|0.0000|0.0000|0.000000|0.000000|null|0|2028-02-06");
  }

  @Test
  void withoutCostsThereAreCohortsAndWithoutUsersNothing() {
    Market market = Market.empty();
    assertThat(returns.run(DAY, tables(market, List.of(), List.of())).isEmpty()).isTrue();
    market.visit("u", "2028-01-30T08:00:00Z", "");
    assertThat(
            LocalSpark.texts(
                returns.run(DAY, tables(market, List.of(), List.of())), returns.writes()))
        .containsExactly(
            "2028-01-30|null|null|1|0.0000|0.0000|0.0000|0.0000|null|null|null|0|2028-01-30");
  }

  @Test
  void aFileOfCostsIsLoadedAsTheReadmeSays(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("costs.csv");
    Files.writeString(
        file,
        """
        day,media_source,campaign,adset,ad,currency,cost,clicks,impressions
        2028-01-30,ads,spring,,,EUR,12.5,3,1000
        2028-01-31,ads,spring,,,EUR,99,,
        """);
    Matcher sql =
        Pattern.compile(
                "```sql\n(CREATE TABLE IF NOT EXISTS lake.raw.campaign_costs.*?)```",
                Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(sql.find()).isTrue();
    try {
      spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
      for (String statement : sql.group(1).replace("costs.csv", file.toString()).split(";", -1)) {
        if (!statement.isBlank()) {
          spark.sql(statement);
        }
      }
      assertThat(
              LocalSpark.texts(
                  costs.run(DAY, name -> spark.table(name.toString())), costs.writes()))
          .containsExactly("2028-01-30|ads|spring|EUR|12.5000|3|1000|0");
    } finally {
      spark.sql("DROP TABLE IF EXISTS lake.raw.campaign_costs PURGE");
    }
  }

  /** The costs go through their own job, as they do at night; without any there is no table. */
  private Tables tables(Market market, List<PlainSpending.Install> installs, List<Cost> stated) {
    Map<String, Dataset<Row>> tables = market.held(spark);
    tables.put("gold.attribution", credit(installs));
    if (!stated.isEmpty()) {
      tables.put("raw.campaign_costs", Cost.rows(spark, stated));
      tables.put("gold.campaign_costs", costs.run(DAY, new HeldTables(tables)));
    }
    return new HeldTables(tables);
  }

  private Dataset<Row> credit(List<PlainSpending.Install> installs) {
    return spark.createDataFrame(
        installs.stream()
            .map(
                install ->
                    RowFactory.create(
                        DAY,
                        "install",
                        install.id(),
                        install.user(),
                        install.time(),
                        "last",
                        install.source().isEmpty() ? null : install.source()))
            .toList(),
        StructType.fromDDL(
            "day DATE, conversion STRING, conversion_id STRING, user_id STRING,"
                + " converted_at TIMESTAMP, model STRING, media_source STRING"));
  }
}
