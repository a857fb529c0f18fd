package dev.sluice.transform.source;

import static dev.sluice.transform.source.Copies.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.PostgresServer;
import java.nio.file.Path;
import java.util.List;
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
              "'{\"a,b\",\"q\\\\\"x\",NULL}'",
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
    StringBuilder columns = new StringBuilder("n int");
    StringBuilder values = new StringBuilder("1");
    StringBuilder nulls = new StringBuilder("2");
    for (int i = 0; i < TYPES.size(); i++) {
      columns.append(", v").append(i).append(' ').append(TYPES.get(i).get(0));
      values.append(", ").append(TYPES.get(i).get(1));
      nulls.append(", NULL");
    }
    server.sql(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE DOMAIN price AS numeric(8,2)",
        "CREATE TABLE types (" + columns + ")",
        "INSERT INTO types VALUES (" + values + "), (" + nulls + ")");

    Dataset<Row> copy = copies.copy("- {from: public.types, mode: full}");

    for (int i = 0; i < TYPES.size(); i++) {
      String type = TYPES.get(i).get(2);
      String column = "v" + i;
      String text =
          type.equals("binary")
              ? "hex(" + column + ")"
              : type.startsWith("array") ? "to_json(" + column + ")" : "string(" + column + ")";
      assertThat(copy.schema().apply(column).dataType().catalogString())
          .as(TYPES.get(i).toString())
          .isEqualTo(type);
      assertThat(copy.orderBy("n").selectExpr(text).collectAsList())
          .as(TYPES.get(i).toString())
          .extracting(row -> row.getString(0))
          .containsExactly(TYPES.get(i).get(3), null);
    }
  }

  @Test
  void aTableIsReadInPartsOfEveryKindOfKey() throws Exception {
    server.sql(
        "CREATE TABLE keyed AS SELECT n::int AS id, ('2020-01-01'::date + n) AS day,"
            + " '2020-01-01'::timestamptz + n * interval '1 hour 7 us' AS at,"
            + " md5(n::text)::uuid AS uid, 'key ' || n AS word, (n * 1.5)::numeric(9,1) AS price"
            + " FROM generate_series(-50, 450) n",
        "INSERT INTO keyed (day) VALUES ('infinity'), (NULL)");
    for (String key : List.of("id", "day", "at", "uid", "word", "price")) {
      Dataset<Row> copy =
          copies.copy(
              "- {from: keyed, to: source.by_"
                  + key
                  + ", mode: full, partition: {column: "
                  + key
                  + ", count: 5}}");
      assertThat(texts(copy, "count(*)", "count(DISTINCT id)", "min(word)"))
          .as(key)
          .containsExactly("503|501|key -1");
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
}
