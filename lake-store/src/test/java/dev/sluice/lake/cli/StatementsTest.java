package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatementsTest {
  private static final List<String> PARTS =
      List.of(
          "SELECT 1",
          "SELECT ';'",
          "SELECT 'it''s;' AS \"a;\"\"b\"",
          "SELECT 1 -- no; end\n + 1",
          "SELECT /* a;b */ 2",
          "SELECT $$x;y$$",
          "SELECT $tag$ $$;$$ $tag$",
          "SELECT E'\\';'",
          "SELECT $1, a$b$c");

  @Test
  void semicolonsInsideOfSomethingCutNothing() {
    for (String part : PARTS) {
      assertThat(Statements.of(part)).containsExactly(part);
      assertThat(Statements.of(part + ";")).containsExactly(part);
    }
  }

  @Test
  void nothingIsNoStatement() {
    assertThat(Statements.of("")).isEmpty();
    assertThat(Statements.of(" ;; -- x;\n /* ; */ ;\n")).isEmpty();
  }

  @Test
  void whatIsNotClosedIsUnfinished() {
    assertThat(Statements.unfinished("SELECT 1;")).isFalse();
    assertThat(Statements.unfinished("SELECT 1; -- done")).isFalse();
    assertThat(Statements.unfinished("")).isFalse();
    for (String open :
        List.of("SELECT 1", "SELECT ';", "SELECT \";", "/* ;", "SELECT $a$ ; $b$;")) {
      assertThat(Statements.unfinished(open)).as(open).isTrue();
    }
  }

  @Property(tries = 300)
  void whatIsPutTogetherIsTakenApart(
      @ForAll @Size(max = 6) List<@IntRange(max = 8) Integer> which) {
    List<String> parts = which.stream().map(PARTS::get).toList();
    assertThat(Statements.of(String.join(";\n", parts))).isEqualTo(parts);
  }
}
