package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.OptionalInt;

/** An answer for people. */
public final class Printout {
  private Printout() {}

  /** Aligned columns, numbers to the right, then how many rows and how long it took. */
  public static void table(JsonNode answer, PrintWriter out) {
    Grid grid =
        new Grid(AnswerReader.columns(answer.path("columns")), OptionalInt.empty(), out::println);
    answer.path("rows").forEach(grid::add);
    grid.end(answer.path("elapsedMillis").asLong());
  }
}
