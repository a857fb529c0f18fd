package dev.sluice.transform.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFileTest {
  private static final String GOOD =
      """
      name: shop
      kind: postgresql
      url: jdbc:postgresql://db:5432/shop
      user: reader
      password: ${SHOP_PASSWORD}
      max_connections: 5
      tables:
        - from: public.items
          mode: full
          keys: id
        - from: Orders
          to: lake.copies.orders
          mode: incremental
          column: changed_at
          overlap: 15m
          keys: [id]
          partition: {column: id, count: 4}
        - from: people
          mode: snapshot
          keys: [Person Id]
          except: [password]
          types: {balance: 'decimal(20,4)'}
      """;

  @TempDir Path folder;

  @Test
  void eachTableIsAJobThatNeedsNoServerToBeDeclared() throws IOException {
    Files.writeString(folder.resolve("shop.yaml"), GOOD);
    List<Job> jobs = new Sources(Map.of()).load(folder);

    assertThat(jobs)
        .extracting(job -> job.writes().name().toString())
        .containsExactly("lake.source.shop_items", "lake.copies.orders", "lake.source.shop_people");
    assertThat(jobs)
        .extracting(job -> job.writes().materialization())
        .containsExactly(
            new Materialization.Whole(),
            new Materialization.Merge(List.of("id")),
            new Materialization.Merge(List.of("person_id", "valid_from")));
    assertThat(jobs.get(2).checks())
        .extracting(check -> check.name())
        .containsExactly(
            "not_null(person_id)", "not_null(valid_from)", "unique(person_id, valid_from)");
    assertThat(new Sources(Map.of()).load(folder.resolve("nowhere"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          max_connections > max_conections > line 6: there is no key 'max_conections'; did you mean 'max_connections'?
          overlap: 15m > overlap: soon > line 15: 'overlap' is a time such as 15m, or a number for a column of numbers: soon
          mode: full > mode: fulll > line 9: there is no mode 'fulll'; did you mean 'full'?
          kind: postgresql > kind: postgres > line 2: there is no kind 'postgres'; did you mean 'postgresql'?
          count: 4 > count: 1 > line 17: a table is read in 2 to 1000 parts: 1
          count: 4 > number: 4 > line 17: there is no key 'number'; known: column, count
          max_connections: 5 > max_connections: many > line 6: 'max_connections' must be a whole number: many
          to: lake.copies.orders > to: lake.source.shop_items > : Orders is copied to lake.source.shop_items, which a table of shop.yaml is copied to; name another with 'to:'
          decimal(20,4) > decimals > line 22: there is no type 'decimals'; write one of Spark's SQL, such as decimal(20,4)
          user: reader > name: shop > line 4: 'name' stands there twice
          """)
  void whatIsWrongIsSaidWithItsLine(String right, String wrong, String line) throws IOException {
    Files.writeString(folder.resolve("shop.yaml"), GOOD.replace(right, wrong));

    assertThatThrownBy(() -> new Sources(Map.of()).load(folder))
        .isInstanceOf(JobFailure.class)
        .hasMessage("shop.yaml" + (line.startsWith(":") ? "" : " ") + line);
  }

  @Test
  void aPasswordThatIsWrittenDownIsRefusedAndNotRepeated() throws IOException {
    for (String literal :
        List.of("password: hunter2", "password: '${SHOP_PASSWORD}hunter2'", "pasword: hunter2")) {
      Files.writeString(
          folder.resolve("shop.yaml"), GOOD.replace("password: ${SHOP_PASSWORD}", literal));
      assertThatThrownBy(() -> new Sources(Map.of()).load(folder))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("shop.yaml line ")
          .hasMessageNotContaining("hunter2");
    }
    for (String url :
        List.of("//reader:hunter2@db/shop", "//db/shop?password=hunter2", "//db/shop?ssl&user=x")) {
      Files.writeString(folder.resolve("shop.yaml"), GOOD.replace("//db:5432/shop", url));
      assertThatThrownBy(() -> new Sources(Map.of()).load(folder))
          .isInstanceOf(JobFailure.class)
          .hasMessage(
              "shop.yaml line 3: url holds a user or a password; write them as user and password");
    }
  }
}
