package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GridTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void lettersAreAsWideAsTheTerminalDrawsThem() {
    assertThat(TextWidth.of("abc")).isEqualTo(3);
    assertThat(TextWidth.of("日本")).isEqualTo(4);
    assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
    assertThat(TextWidth.of("😀")).isEqualTo(2);
    assertThat(TextWidth.of("👩\u200D👩\u200D👧")).isEqualTo(2);
    assertThat(TextWidth.of("👍🏽")).isEqualTo(2);
    assertThat(TextWidth.of("❤\uFE0F")).isEqualTo(2);
    assertThat(TextWidth.of("🇩🇪🇫🇷")).isEqualTo(4);
    assertThat(TextWidth.of("ﾊﾝ")).isEqualTo(2);
    assertThat(TextWidth.cut("日本語", 4)).isEqualTo("日…");
    assertThat(TextWidth.cut("👩\u200D👩\u200D👧 family", 4)).isEqualTo("👩\u200D👩\u200D👧 …");
  }

  @Test
  void numbersStandToTheRightAndNullIsNoText() throws Exception {
    List<String> lines =
        print(OptionalInt.empty(), "[[1,\"NULL\"],[100,null],[-5,\"日\"],[7,\"a\\tb\\u001b[0m\"]]");

    assertThat(lines)
        .startsWith(
            "  n  text",
            "---  -------------",
            "  1  'NULL'",
            "100  NULL",
            " -5  日",
            "  7  a\\x09b\\x1b[0m");
  }

  @Test
  void aTerminalIsNotOverrunAndThatIsSaid() throws Exception {
    String row = "[[1,\"" + "x".repeat(300) + "\"]]";
    assertThat(print(OptionalInt.empty(), row)).anyMatch(line -> line.length() > 300);
    List<String> cut = print(OptionalInt.of(40), row);
    assertThat(cut.subList(0, 3)).allMatch(line -> TextWidth.of(line) <= 40);
    assertThat(cut).anyMatch(line -> line.contains("were cut to fit"));
    List<String> fewer = print(OptionalInt.of(9), row);
    assertThat(fewer).anyMatch(line -> line.contains("(1 of 2 columns fit"));
  }

  private static List<String> print(OptionalInt room, String rows) throws Exception {
    List<String> lines = new ArrayList<>();
    Grid grid =
        new Grid(
            List.of(
                new AnswerReader.Column("n", "INTEGER"),
                new AnswerReader.Column("text", "VARCHAR")),
            room,
            lines::add);
    for (JsonNode row : JSON.readTree(rows)) {
      grid.add(row);
    }
    grid.end(3);
    return lines;
  }
}
