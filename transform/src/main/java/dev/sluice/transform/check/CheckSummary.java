package dev.sluice.transform.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** What the checks of one run found of a table, in a line that is kept with the table. */
public final class CheckSummary {
  /** The table property that has it. */
  public static final String PROPERTY = "sluice.checks";

  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckSummary() {}

  /** The line, as JSON; breaches that were published all the same are named. */
  public static String of(String run, Map<LocalDate, List<Checked>> days) {
    ObjectNode line = JSON.createObjectNode().put("run", run);
    ArrayNode named = line.putArray("days");
    ArrayNode warned = JSON.createArrayNode();
    int passed = 0;
    for (Map.Entry<LocalDate, List<Checked>> day : days.entrySet()) {
      named.add(day.getKey().toString());
      for (Checked checked : day.getValue()) {
        if (checked.passed()) {
          passed++;
        } else {
          warned.add(checked.check().name() + " of " + day.getKey() + ": " + checked.says());
        }
      }
    }
    line.put("passed", passed).set("warned", warned);
    return line.toString();
  }
}
