package dev.sluice.transform.source;

import static dev.sluice.transform.source.Copies.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.sample.MariaServer;
import dev.sluice.transform.sample.Production;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MariaCopyTest {
  private Production server;
  private Copies copies;

  @BeforeEach
  void folder(@TempDir Path folder) {
    server = MariaServer.shared();
    copies = new Copies(server, folder);
  }

  @AfterEach
  void nothingStays() throws Exception {
    if (copies != null) {
      copies.drop();
      server.sql("DROP DATABASE shop", "CREATE DATABASE shop CHARACTER SET utf8mb4");
    }
  }

  /** The type, the literal, the lake's type, and what the lake holds as text. */
  private static final List<List<String>> TYPES =
      List.of(
          List.of("tinyint(1)", "2", "int", "2"),
          List.of("tinyint unsigned", "255", "int", "255"),
          List.of("smallint", "-32768", "int", "-32768"),
          List.of("mediumint unsigned", "16777215", "int", "16777215"),
          List.of("int", "-2147483648", "int", "-2147483648"),
          List.of("int unsigned", "4294967295", "bigint", "4294967295"),
          List.of("bigint", "-9223372036854775808", "bigint", "-9223372036854775808"),
          List.of(
              "bigint unsigned", "18446744073709551615", "decimal(20,0)", "18446744073709551615"),
          List.of("decimal(10,2)", "-99999999.99", "decimal(10,2)", "-99999999.99"),
          List.of(
              "decimal(38,18)",
              "12345678901234567890.123456789012345678",
              "decimal(38,18)",
              "12345678901234567890.123456789012345678"),
          List.of(
              "decimal(65,5)",
              "123456789012345678901234567890123456789012345678901234567890.12345",
              "string",
              "123456789012345678901234567890123456789012345678901234567890.12345"),
          List.of("float", "16777216", "float", "1.6777216E7"),
          List.of("float", "0.1", "float", "0.1"),
          List.of("double", "0.1", "double", "0.1"),
          List.of("double", "1.7976931348623157e308", "double", "1.7976931348623157E308"),
          List.of("bit(1)", "b'1'", "boolean", "true"),
          List.of("bit(5)", "b'10101'", "bigint", "21"),
          List.of("bit(64)", "0xFFFFFFFFFFFFFFFF", "decimal(20,0)", "18446744073709551615"),
          List.of("year", "1901", "int", "1901"),
          List.of("date", "'2024-02-29'", "date", "2024-02-29"),
          List.of("date", "'0000-00-00'", "date", "null"),
          List.of("date", "'2024-00-15'", "date", "null"),
          List.of(
              "datetime(6)",
              "'2026-03-29 02:30:00.123456'",
              "timestamp_ntz",
              "2026-03-29 02:30:00.123456"),
          List.of("datetime", "'0000-00-00 00:00:00'", "timestamp_ntz", "null"),
          List.of(
              "timestamp(6)",
              "'2026-03-29 02:30:00.123456'",
              "timestamp",
              "2026-03-28 21:00:00.123456"),
          List.of("timestamp", "'0000-00-00 00:00:00'", "timestamp", "null"),
          List.of("time(3)", "'-838:59:59.125'", "string", "-838:59:59.125"),
          List.of("char(5)", "'ab'", "string", "ab"),
          List.of("varchar(20)", "'ab '", "string", "ab "),
          List.of("varchar(20)", "'\uD83D\uDE00 ä'", "string", "\uD83D\uDE00 ä"),
          List.of("varchar(20) CHARACTER SET latin1", "'é'", "string", "é"),
          List.of("text", "concat('a', char(0 USING utf8mb4), 'b')", "string", "a\0b"),
          List.of("longtext", "'long'", "string", "long"),
          List.of("enum('s','m')", "'m'", "string", "m"),
          List.of("set('a','b','c')", "'a,c'", "string", "a,c"),
          List.of("json", "'{\"b\": 1,  \"a\": 1.10}'", "string", "{\"b\": 1,  \"a\": 1.10}"),
          List.of("binary(3)", "0x01", "binary", "010000"),
          List.of("varbinary(3)", "0x00FF10", "binary", "00FF10"),
          List.of("longblob", "0x00", "binary", "00"),
          List.of(
              "uuid",
              "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
              "string",
              "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
          List.of("inet6", "'::1'", "string", "::1"),
          List.of(
              "point",
              "ST_GeomFromText('POINT(1 2)')",
              "binary",
              "0101000000000000000000F03F0000000000000040"));

  @Test
  void everyTypeIsReadBackExactly() throws Exception {
    String[] table = Exact.table("types", " ENGINE=InnoDB", TYPES);
    server.sql(
        "SET GLOBAL sql_mode = ''", table[0], table[1], table[2], "SET GLOBAL sql_mode = DEFAULT");

    Exact.assertRead(copies.copy("- {from: shop.types, mode: full}"), TYPES);
  }

  @Test
  void aTableIsReadInPartsAndChangesAreMerged() throws Exception {
    server.sql(
        "CREATE TABLE orders (id int PRIMARY KEY, word varchar(20), day date, changed_at timestamp(6))",
        "INSERT INTO orders SELECT seq, concat('order ', seq), '2020-01-01' + INTERVAL seq DAY,"
            + " '2026-01-01' + INTERVAL seq HOUR FROM seq_1_to_200",
        "INSERT INTO orders VALUES (201, NULL, NULL, '2026-02-01')");
    for (String key : List.of("word", "day", "changed_at")) {
      List<Row> rows =
          copies
              .rows("- {from: orders, mode: full, partition: {column: " + key + ", count: 4}}")
              .collectAsList();
      assertThat(rows).as(key).hasSize(201);
      assertThat(Set.copyOf(rows)).as(key).hasSize(201);
    }
    String declared =
        "- {from: orders, mode: incremental, column: changed_at, overlap: 1m, keys: [id], where: id > 190}";
    copies.copy(declared);
    server.sql(
        "UPDATE orders SET word = 'late', changed_at = '2026-01-31 23:59:00' WHERE id = 191",
        "UPDATE orders SET word = 'too late', changed_at = '2026-01-31 23:58:00' WHERE id = 192",
        "INSERT INTO orders VALUES (202, 'new', NULL, '2026-02-01')");
    Dataset<Row> copy = copies.copy(declared);

    assertThat(texts(copy.where("id IN (191, 192, 202)"), "id", "word"))
        .containsExactly("191|late", "192|order 192", "202|new");
    assertThat(copy.count()).isEqualTo(12);
  }

  @Test
  void aReadThatWouldWriteFails() throws Exception {
    server.sql(
        "CREATE TABLE items (id int)",
        "INSERT INTO items VALUES (1)",
        "CREATE TABLE touched (id int)",
        "CREATE FUNCTION touch(id int) RETURNS boolean BEGIN INSERT INTO touched VALUES (id); RETURN true; END");

    assertThatThrownBy(() -> copies.copy("- {from: items, mode: full, where: touch(id)}"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("READ ONLY transaction");
  }

  @Test
  void whatFailsSaysWhyInOneLine() throws Exception {
    server.sql("CREATE TABLE items (id int)");
    assertThatThrownBy(
            () ->
                copies.publish(
                    copies
                        .jobs(
                            "- {from: items, mode: full}",
                            java.util.Map.of("SHOP_PASSWORD", "wrong-one"),
                            server.url())
                        .get(0)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(
            "the server refuses user reader; is the password in SHOP_PASSWORD right?")
        .hasMessageNotContaining("wrong-one");
    assertThatThrownBy(() -> copies.copy("- {from: itemz, mode: full}"))
        .hasMessage(
            "lake.source.shop_itemz cannot be copied from itemz of source shop:"
                + " there is no such table, or user reader may not see it");
  }
}
