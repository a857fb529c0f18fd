package dev.sluice.lake.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryShapeTest {
  private static String shape(String sql) {
    return QueryShape.of(sql, 200);
  }

  @Test
  void noValueIsKept() {
    assertThat(shape("SELECT * FROM t WHERE mail = 'ann@x.org' AND age > 42.5e-3 -- ann's\n AND b"))
        .isEqualTo("SELECT * FROM t WHERE mail = ? AND age > ? AND b");
    assertThat(shape("SELECT 'it''s', E'a', x'ff', $$secret$$, $q$se'cret$q$, .5"))
        .isEqualTo("SELECT ?…");
    assertThat(shape("SELECT 'open end of secret")).isEqualTo("SELECT ?");
    assertThat(shape("SELECT 1 /* secret */ + /* open secret")).isEqualTo("SELECT ? +");
  }

  @Test
  void namesStayAsTheyAre() {
    assertThat(shape("SELECT t1.c2, \"odd 'name' 3\" FROM a.b1"))
        .isEqualTo("SELECT t1.c2, \"odd 'name' 3\" FROM a.b1");
  }

  @Test
  void spaceAndLengthOfListsMakeNoOtherQuery() {
    assertThat(shape("SELECT a\n\tFROM t  WHERE b IN (1, 2,3) ;"))
        .isEqualTo(shape("SELECT a FROM t WHERE b IN ('x','y')"))
        .isEqualTo("SELECT a FROM t WHERE b IN (?…)");
    assertThat(shape("VALUES (1,2), (3,4), (5,6)")).isEqualTo(shape("VALUES (1,2),(7,8)"));
  }

  @Test
  void aLongQueryIsCut() {
    String shape = shape("SELECT " + "a, ".repeat(100_000) + "'secret'");
    assertThat(shape).hasSize(202).endsWith(" …");
  }

  @Test
  void aLongValueIsNoDeepOne() {
    String sql = "SELECT '" + "it''s ".repeat(20_000) + "' AS \"" + "a".repeat(50_000) + "\"";
    assertThat(QueryShape.of(sql, 60_000)).startsWith("SELECT ? AS \"aaa");
    assertThat(QueryShape.of("SELECT '" + "a".repeat(60_000) + "' x", 20_000))
        .isEqualTo("SELECT ? x");
  }

  @Test
  void escapesEndNoTextEarly() {
    assertThat(shape("SELECT E'it\\'s secret', e'\\\\', a FROM t"))
        .isEqualTo("SELECT ?…, a FROM t");
    assertThat(shape("SELECT 'a\\', 'secret' FROM t")).isEqualTo("SELECT ?… FROM t");
    assertThat(shape("SELECT /* a /* b */ secret */ a")).isEqualTo("SELECT a");
  }

  @Test
  void numbersAreValuesHoweverTheyAreWritten() {
    assertThat(shape("SELECT 0xdead + 1_000_000 + 4.2e-3 - .5 + 7.e+9 + t.c5 FROM t"))
        .isEqualTo("SELECT ? + ? + ? - ? + ? + t.c5 FROM t");
    assertThat(shape("SELECT a[1:2], $1 + 3-4")).isEqualTo("SELECT a[?:?], $? + ?-?");
  }
}
