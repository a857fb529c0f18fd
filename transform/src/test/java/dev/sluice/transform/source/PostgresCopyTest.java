package dev.sluice.transform.source;

import static dev.sluice.transform.source.Copies.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.sample.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresCopyTest {
  private final PostgresServer server = PostgresServer.shared();
  private Copies copies;

  @BeforeEach
  void folder(@TempDir Path folder) {
    copies = new Copies(server, folder);
  }

  @AfterEach
  void nothingStays() throws Exception {
    copies.drop();
    server.sql(
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "GRANT ALL ON SCHEMA public TO reader");
  }

  /** The type, the literal, the lake's type, and what the lake holds as text. */
  private static final List<List<String>> TYPES =
      List.of(
          List.of("smallint", "-32768", "int", "-32768"),
          List.of("bigint", "9223372036854775807", "bigint", "9223372036854775807"),
          List.of("boolean", "true", "boolean", "true"),
          List.of("real", "3.4028235e38", "float", "3.4028235E38"),
          List.of("double precision", "'NaN'", "double", "NaN"),
          List.of("double precision", "-0.0", "double", "0.0"),
          List.of("double precision", "0.1", "double", "0.1"),
          List.of("numeric(10,2)", "-99999999.99", "decimal(10,2)", "-99999999.99"),
          List.of(
              "numeric(38,0)",
              "99999999999999999999999999999999999999",
              "decimal(38,0)",
              "99999999999999999999999999999999999999"),
          List.of(
              "numeric(50,10)",
              "1234567890123456789012345678901234567890.0123456789",
              "string",
              "1234567890123456789012345678901234567890.0123456789"),
          List.of("numeric(3,5)", "0.00123", "decimal(5,5)", "0.00123"),
          List.of("numeric(5,-2)", "1234500", "decimal(7,0)", "1234500"),
          List.of("numeric", "0.123456789012345678", "decimal(38,18)", "0.123456789012345678"),
          List.of("numeric", "0.1234567890123456789", "string", "0.1234567890123456789"),
          List.of("numeric", "'NaN'", "string", "NaN"),
          List.of("numeric", "'Infinity'", "string", "Infinity"),
          List.of("money", "12.34", "decimal(38,18)", "12.340000000000000000"),
          List.of("text", "E'tab\\t\\U0001F600 \\n'", "string", "tab\t\uD83D\uDE00 \n"),
          List.of("char(5)", "'ab'", "string", "ab"),
          List.of("varchar(5)", "'ab '", "string", "ab "),
          List.of("date", "'2024-02-29'", "date", "2024-02-29"),
          List.of("date", "'0044-03-15 BC'", "date", "-0043-03-15"),
          List.of("date", "'infinity'", "date", "9999-12-31"),
          List.of(
              "timestamp",
              "'2026-03-29 02:30:00.123456'",
              "timestamp_ntz",
              "2026-03-29 02:30:00.123456"),
          List.of(
              "timestamp",
              "'1883-11-18 12:03:58.000001'",
              "timestamp_ntz",
              "1883-11-18 12:03:58.000001"),
          List.of("timestamp", "'infinity'", "timestamp_ntz", "9999-12-31 23:59:59.999999"),
          List.of("timestamp", "'-infinity'", "timestamp_ntz", "0001-01-01 00:00:00"),
          List.of(
              "timestamptz",
              "'2026-03-29 02:30:00.123456+02'",
              "timestamp",
              "2026-03-29 00:30:00.123456"),
          List.of("timestamptz", "'infinity'", "timestamp", "9999-12-31 23:59:59.999999"),
          List.of("time", "'24:00:00'", "string", "24:00:00"),
          List.of("timetz", "'23:59:59.999999+05:30'", "string", "23:59:59.999999+05:30"),
          List.of("interval", "'1 year -2 days 03:04:05.678901'", "string", "P1Y-2DT3H4M5.678901S"),
          List.of(
              "uuid",
              "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
              "string",
              "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
          List.of("json", "'{\"b\": 1,  \"a\": 1.10}'", "string", "{\"b\": 1,  \"a\": 1.10}"),
          List.of("jsonb", "'{\"b\": 1,  \"a\": 1.10}'", "string", "{\"a\": 1.10, \"b\": 1}"),
          List.of("bytea", "'\\x00ff10'", "binary", "00FF10"),
          List.of("bit(3)", "B'101'", "string", "101"),
          List.of("bit", "B'1'", "string", "1"),
          List.of("inet", "'10.0.0.1/8'", "string", "10.0.0.1/8"),
          List.of("mood", "'sad'", "string", "sad"),
          List.of("price", "9.99", "decimal(8,2)", "9.99"),
          List.of("int[]", "'{1,NULL,3}'", "array<int>", "[1,null,3]"),
          List.of(
              "text[]",
              "'{\"a,b\",\"q\\\"x\",NULL}'",
              "array<string>",
              "[\"a,b\",\"q\\\"x\",null]"),
          List.of("numeric(6,2)[]", "'{1.50,-2}'", "array<decimal(6,2)>", "[1.50,-2.00]"),
          List.of(
              "timestamptz[]",
              "'{2026-01-01 00:00:00+01}'",
              "array<timestamp>",
              "[\"2025-12-31T23:00:00.000Z\"]"),
          List.of(
              "uuid[]",
              "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'",
              "array<string>",
              "[\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"]"),
          List.of("int4range", "'[1,5)'", "string", "[1,5)"));

  @Test
  void everyTypeIsReadBackExactly() throws Exception {
    server.sql("CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE DOMAIN price AS numeric(8,2)");
    server.sql(Exact.table("types", "", TYPES));

    Dataset<Row> copy = copies.copy("- {from: public.types, mode: full}");

    Exact.assertRead(copy, TYPES);
  }

  @Test
  void aTableIsReadInPartsOfEveryKindOfKey() throws Exception {
    server.sql(
        "CREATE TABLE keyed AS SELECT n::int AS id, ('2020-01-01'::date + n) AS day,"
            + " '2020-01-01'::timestamptz + n * interval '1 hour 7 us' AS at,"
            + " md5(n::text)::uuid AS uid, 'key ' || n AS word, (n * 1.5)::numeric(9,1) AS price"
            + " FROM generate_series(-50, 450) n",
        "INSERT INTO keyed (day) VALUES ('infinity'), (NULL)");
    for (String key : List.of("id", "day", "at", "uid", "price")) {
      Dataset<Row> copy =
          copies.rows("- {from: keyed, mode: full, partition: {column: " + key + ", count: 5}}");
      List<String> ids =
          copy.collectAsList().stream().map(row -> String.valueOf(row.get(0))).toList();
      assertThat(ids).as(key).hasSize(503);
      assertThat(Set.copyOf(ids)).as(key).hasSize(502);
    }
  }

  @Test
  void whatChangedIsMergedByKeyAlsoAtTheBoundary() throws Exception {
    String declared =
        "- {from: orders, mode: incremental, column: changed_at, overlap: 0s, keys: [id]}";
    server.sql(
        "CREATE TABLE orders (id int PRIMARY KEY, state text, changed_at timestamptz)",
        "INSERT INTO orders VALUES (1, 'new', '2026-11-01'), (2, 'new', '2026-11-02'), (3, 'lost', NULL),"
            + " (4, 'of the future', '2099-01-01')");
    copies.copy(declared);
    // 5 is as old as the newest that was seen, 1 changed, 2 is gone.
    server.sql(
        "INSERT INTO orders VALUES (5, 'new', '2026-11-02')",
        "UPDATE orders SET state = 'paid', changed_at = '2026-11-03' WHERE id = 1",
        "UPDATE orders SET state = 'seen' WHERE changed_at IS NULL",
        "DELETE FROM orders WHERE id = 2");
    copies.copy(declared);
    server.sql("INSERT INTO orders VALUES (6, 'new', '2026-11-04')");

    Dataset<Row> copy = copies.copy(declared);

    assertThat(texts(copy, "id", "state"))
        .containsExactly("1|paid", "2|new", "3|seen", "4|of the future", "5|new", "6|new");
  }

  @Test
  void whatARowWasIsKeptWithItsTimes() throws Exception {
    String declared = "- {from: people, mode: snapshot, keys: [id, part], except: [secret]}";
    server.sql(
        "CREATE TABLE people (id int, part text, city text, secret text, born date)",
        "INSERT INTO people VALUES (1, 'a', 'Oslo', 'x', NULL), (1, 'b', 'Rome', 'x', NULL),"
            + " (2, 'a', NULL, 'x', '2001-01-01'), (3, 'a', 'Bonn', 'x', NULL)");
    copies.copy(declared);
    // Who changed only in what is not copied did not change.
    server.sql(
        "UPDATE people SET city = 'Bergen' WHERE id = 1 AND part = 'a'",
        "UPDATE people SET secret = 'y' WHERE part = 'b'",
        "UPDATE people SET city = '' WHERE id = 2",
        "DELETE FROM people WHERE id = 3",
        "INSERT INTO people VALUES (4, 'a', 'Graz', 'x', NULL)");
    copies.copy(declared);
    server.sql("INSERT INTO people VALUES (3, 'a', 'Bonn', 'x', NULL)");
    // A column that comes changes who has it; one that goes changes nobody.
    server.sql(
        "ALTER TABLE people ADD COLUMN vip boolean",
        "UPDATE people SET vip = true WHERE id = 4",
        "ALTER TABLE people DROP COLUMN born");
    Dataset<Row> copy = copies.copy(declared);

    assertThat(
            texts(
                copy,
                "id",
                "part",
                "city",
                "born",
                "vip",
                "dense_rank() OVER (ORDER BY valid_from)",
                "valid_to IS NULL",
                "deleted_at IS NOT NULL"))
        .containsExactlyInAnyOrder(
            "1|a|Bergen|null|null|2|true|false",
            "1|a|Oslo|null|null|1|false|false",
            "1|b|Rome|null|null|1|true|false",
            "2|a||2001-01-01|null|2|true|false",
            "2|a|null|2001-01-01|null|1|false|false",
            "3|a|Bonn|null|null|1|false|true",
            "3|a|Bonn|null|null|3|true|false",
            "4|a|Graz|null|null|2|false|false",
            "4|a|Graz|null|true|3|true|false");
    assertThat(
            copy.as("old")
                .join(copy.as("new"), new String[] {"id", "part"})
                .where("old.valid_to > new.valid_from AND old.valid_from < new.valid_from")
                .count())
        .as("versions that overlap")
        .isZero();
  }

  @Test
  void keysThatDoNotTellRowsApartAreRefused() throws Exception {
    server.sql("CREATE TABLE twins AS SELECT 1 AS id UNION ALL SELECT 1");

    assertThatThrownBy(() -> copies.copy("- {from: twins, mode: snapshot, keys: [id]}"))
        .isInstanceOf(JobFailure.class)
        .hasMessage(
            "lake.source.shop_twins cannot be copied from twins of source shop: several rows have"
                + " the same id; 'keys' must tell each row from all others");
  }

  @Test
  void aRateHoldsRowsBackWhereTheyAreRead() throws Exception {
    server.sql("CREATE TABLE many AS SELECT n AS id FROM generate_series(1, 101) n");
    long begun = System.nanoTime();
    Dataset<Row> rows =
        copies.rows("- {from: many, mode: full, rows_per_second: 200, fetch_size: 10}");

    assertThat(rows.count()).isEqualTo(101);
    // Never flaky: the rate is a promise of how fast it is at most.
    assertThat(System.nanoTime() - begun).isGreaterThan(500_000_000L);
  }
}
