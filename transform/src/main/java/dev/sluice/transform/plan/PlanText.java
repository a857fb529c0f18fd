package dev.sluice.transform.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Plans and attempts as JSON, for machines and for the command that shows them. */
public final class PlanText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanText() {}

  public static ObjectNode of(Plan plan) {
    ObjectNode text = JSON.createObjectNode();
    Volume all = Volume.NONE;
    ArrayNode steps = text.putArray("steps");
    for (Step step : plan.steps()) {
      all = all.plus(step.reads());
      ObjectNode one = steps.addObject();
      one.put("table", step.table().toString()).put("day", step.day().toString());
      step.reasons().forEach(reason -> put(reason, one.withArray("/reasons").addObject()));
      one.put("why", step.why());
      one.put("files", step.reads().files()).put("bytes", step.reads().bytes());
    }
    ArrayNode skipped = text.putArray("skipped");
    for (Plan.NoInput none : plan.skipped()) {
      skipped
          .addObject()
          .put("table", none.table().toString())
          .put("reason", "no-input")
          .put("missing", none.missing().toString());
    }
    return text.put("files", all.files()).put("bytes", all.bytes());
  }

  private static void put(Reason reason, ObjectNode text) {
    text.put("reason", reason.kind());
    if (reason instanceof Reason.LateData late) {
      put(text, late.table(), late.days());
      text.put("how", late.how().name().toLowerCase(Locale.ROOT));
    } else if (reason instanceof Reason.Upstream upstream) {
      put(text, upstream.table(), upstream.days());
    } else if (reason instanceof Reason.InputChanged changed) {
      put(text, changed.table(), List.of());
      text.put("how", changed.how());
    } else if (reason instanceof Reason.Failed failed) {
      text.put("run", failed.run()).put("why", failed.why());
    }
  }

  private static void put(ObjectNode text, TableName table, Collection<LocalDate> days) {
    text.put("table", table.toString());
    ArrayNode list = text.putArray("days");
    days.forEach(day -> list.add(day.toString()));
  }

  public static ObjectNode of(Attempt attempt) {
    return JSON.createObjectNode()
        .put("run", attempt.run())
        .put("table", attempt.table().toString())
        .put("day", attempt.day().toString())
        .put("status", attempt.status().name().toLowerCase(Locale.ROOT))
        .put("rows", attempt.rows())
        .put("seconds", attempt.seconds())
        .put("started", attempt.started().toString())
        .put("why", attempt.why());
  }
}
