package dev.sluice.transform.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in a file is read or refused in one line; what is written right is read so. */
class FrontMatterPropertiesTest {
  private static final String HEAD = "/* ---\ntable: gold.v\nreads: raw.a\n";

  @Property(tries = 400)
  void noFileBreaksTheReader(@ForAll("fragments") List<String> yaml, @ForAll("sql") String sql) {
    String text = HEAD + String.join("\n", yaml) + "\n--- */\n" + sql;
    try {
      SqlFile file = SqlFile.of("f.sql", text);
      assertThat(file.declared().table()).isEqualTo(new TableName("gold", "v"));
      assertThat(file.query().tables()).containsExactly(new TableName("raw", "a"));
    } catch (JobFailure told) {
      assertThat(told.getMessage()).startsWith("f.sql").doesNotContain("\n");
    }
  }

  @Property(tries = 300)
  void noTextBreaksTheReader(@ForAll String text) {
    try {
      SqlFile.of("f.sql", text);
    } catch (JobFailure told) {
      assertThat(told.getMessage()).startsWith("f.sql").doesNotContain("\n");
    }
  }

  /** However it is quoted and spaced, no day gets into the text but as a literal. */
  @Property(tries = 300)
  void aStringStaysAStringWhateverItHolds(@ForAll("strings") String string) {
    String literal = "'" + string.replace("\\", "\\\\").replace("'", "\\'") + "'";
    String text = HEAD + "--- */\nSELECT " + literal + " AS s, ${day} AS day FROM raw.a";
    try {
      String sql = SqlFile.of("f.sql", text).query().body().sql(LocalDate.of(2026, 1, 2));
      assertThat(literal).doesNotContain("${");
      assertThat(sql.strip())
          .isEqualTo("SELECT " + literal + " AS s,  DATE '2026-01-02'  AS day FROM raw.a");
    } catch (JobFailure told) {
      assertThat(literal).contains("${");
      assertThat(told.getMessage()).contains("a parameter in quotes");
    }
  }

  @Property(tries = 200)
  void readsAreReadAsTheyAreWritten(@ForAll("reads") List<Read> reads) {
    String yaml =
        reads.stream()
            .map(
                read ->
                    "  - {table: %s, look_back: %s, look_ahead: %s}"
                        .formatted(read.table(), days(read.daysBefore()), days(read.daysAfter())))
            .collect(Collectors.joining("\n"));
    String from = reads.stream().map(it -> it.table().toString()).collect(Collectors.joining(", "));
    SqlFile file =
        SqlFile.of(
            "f.sql", "/* ---\ntable: gold.v\nreads:\n" + yaml + "\n--- */ SELECT * FROM " + from);

    assertThat(file.declared().reads()).isEqualTo(reads);
  }

  private static String days(int days) {
    return days == Read.ALL ? "all" : String.valueOf(days);
  }

  @Provide
  Arbitrary<List<Read>> reads() {
    Arbitrary<Integer> days = Arbitraries.oneOf(Arbitraries.integers().between(0, 99), all());
    Arbitrary<String> name =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .numeric()
            .withChars('_')
            .ofLength(6)
            .map(word -> "t" + word);
    return Combinators.combine(name, days, days)
        .as((table, before, after) -> Read.around(new TableName("raw", table), before, after))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .uniqueElements(Read::table);
  }

  private static Arbitrary<Integer> all() {
    return Arbitraries.just(Read.ALL);
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return Arbitraries.of(
            "owner: ann",
            "owner: [ann, {b: c}]",
            "owner: |",
            "  text",
            "columns:",
            "  day: when",
            "  x: {type: map<string, array<int>>}",
            "checks:",
            "  - not_null: x",
            "  - unique: [x, y]",
            "  - range: {column: x, least: 0, greatest: a < ${day}}",
            "  - finds: SELECT * FROM rows",
            "order: [x, &a y, *a]",
            "keys: [x",
            "<<: *a",
            "? [a, b]",
            "!!java.util.Date d: 1",
            "materialization: whole",
            "materialization:",
            "partition: day",
            "---",
            "...",
            "\t- a",
            "\u0000",
            "# comment",
            "'quoted': \"yes\\u0007\"",
            "{{{{{{{{{{{{{{{{{{{{{{{{{{")
        .list()
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> sql() {
    return Arbitraries.of(
            "SELECT",
            " ",
            "\n",
            "*",
            "FROM raw.a",
            "${day}",
            "'",
            "\"",
            "`",
            "--",
            "/*",
            "*/",
            ";",
            "(",
            ")",
            "WITH t AS",
            ", t",
            "$",
            "{",
            "}",
            "\\",
            "r'",
            "${",
            "1",
            "--- */",
            "é😀")
        .list()
        .ofMaxSize(12)
        .map(parts -> "SELECT * FROM raw.a " + String.join(" ", parts));
  }

  @Provide
  Arbitrary<String> strings() {
    return Arbitraries.of("$", "{", "day}", "'", "\\", "--", "/*", "*/", ";", "\"", "`", " ", "😀")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }
}
