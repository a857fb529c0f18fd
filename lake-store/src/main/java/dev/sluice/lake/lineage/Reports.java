package dev.sluice.lake.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.EventReader;
import dev.sluice.lake.lineage.event.LineageEvent;
import dev.sluice.lake.lineage.event.LineageEvent.Mention;
import dev.sluice.lake.lineage.event.LineageEvent.Way;
import dev.sluice.lake.lineage.event.MalformedEventException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Takes what is reported: one event, or several of which each is taken or refused by itself. */
final class Reports {
  private final Lineage lineage;
  private final EventReader reader;
  private final Access access;
  private final LineageSettings settings;
  private final MeterRegistry registry;

  Reports(
      Lineage lineage,
      EventReader reader,
      Access access,
      LineageSettings settings,
      MeterRegistry registry) {
    this.lineage = lineage;
    this.reader = reader;
    this.access = access;
    this.settings = settings;
    this.registry = registry;
  }

  private record Refusal(int status, String type, String message) {
    Reply reply() {
      return Reply.error(status, type, message);
    }
  }

  Reply one(Call call) {
    if (call.body().length() > settings.maxEvent().bytes()) {
      return counted(tooLarge(call.body().length())).reply();
    }
    JsonNode json;
    try {
      json = EventReader.json(call.body().getBytes());
    } catch (MalformedEventException malformed) {
      return counted(malformed(malformed.getMessage())).reply();
    }
    if (json.isArray()) {
      return counted(malformed("the body is an array; send arrays to /api/v1/lineage/batch"))
          .reply();
    }
    return take(call.caller(), json).map(Refusal::reply).orElseGet(() -> Reply.empty(201));
  }

  Reply batch(Call call) {
    JsonNode json;
    try {
      json = EventReader.json(call.body().getBytes());
    } catch (MalformedEventException malformed) {
      return counted(malformed(malformed.getMessage())).reply();
    }
    if (!json.isArray() || json.isEmpty()) {
      return counted(malformed("the body is no array of events")).reply();
    }
    if (json.size() > settings.batch()) {
      String many = json.size() + " events; " + settings.batch() + " are taken at once";
      return counted(new Refusal(413, "BadRequestException", many + " (lineage.batch)")).reply();
    }
    ArrayNode failed = JsonNodeFactory.instance.arrayNode();
    for (int at = 0; at < json.size(); at++) {
      JsonNode event = json.get(at);
      int length = event.toString().getBytes(StandardCharsets.UTF_8).length;
      Optional<Refusal> refusal =
          length > settings.maxEvent().bytes()
              ? Optional.of(counted(tooLarge(length)))
              : take(call.caller(), event);
      if (refusal.isPresent()) {
        ObjectNode line = failed.addObject().put("index", at);
        line.put("status", refusal.get().status()).put("reason", refusal.get().message());
      }
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("status", failed.isEmpty() ? "success" : word(failed.size() == json.size()));
    ObjectNode summary = answer.putObject("summary");
    summary.put("received", json.size());
    summary.put("successful", json.size() - failed.size()).put("failed", failed.size());
    answer.set("failed_events", failed);
    byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
    return Reply.json(failed.size() == json.size() ? 400 : 200, body);
  }

  private static String word(boolean all) {
    return all ? "failure" : "partial_success";
  }

  /** Empty when it was taken, now or before. */
  private Optional<Refusal> take(String caller, JsonNode json) {
    LineageEvent event;
    try {
      event = reader.read(json);
    } catch (MalformedEventException malformed) {
      return Optional.of(counted(malformed(malformed.getMessage())));
    }
    Optional<Refusal> forbidden = forbidden(caller, event);
    if (forbidden.isPresent()) {
      return Optional.of(counted(forbidden.get()));
    }
    count(lineage.take(event, caller) ? "taken" : "known");
    return Optional.empty();
  }

  /** Whoever reports says the truth about tables it could have changed, from tables it can read. */
  private Optional<Refusal> forbidden(String caller, LineageEvent event) {
    if (!access.mayWriteSomewhere(caller)) {
      return Optional.of(denied(caller + " may not report lineage: it may write no table"));
    }
    for (Mention mention : event.datasets()) {
      Dataset dataset = mention.dataset();
      boolean may =
          !dataset.isTable()
              || (mention.way() == Way.IN
                  ? access.mayRead(caller, dataset)
                  : access.mayWrite(caller, dataset));
      if (!may) {
        return Optional.of(
            denied(
                caller
                    + (mention.way() == Way.IN ? " may not read " : " may not write ")
                    + dataset.key()
                    + ", which the event says it did"));
      }
      boolean readsAll =
          mention.columns().stream()
              .allMatch(
                  origin -> !origin.source().isTable() || access.mayRead(caller, origin.source()));
      if (!readsAll) {
        return Optional.of(
            denied(
                caller + " may not read a table that columns of " + dataset.key() + " come from"));
      }
    }
    return Optional.empty();
  }

  private static Refusal denied(String message) {
    return new Refusal(403, "ForbiddenException", message);
  }

  private static Refusal malformed(String message) {
    return new Refusal(400, "BadRequestException", message);
  }

  private Refusal tooLarge(int length) {
    return new Refusal(
        413,
        "BadRequestException",
        "the event has %d bytes; %d are taken (lineage.max-event)"
            .formatted(length, settings.maxEvent().bytes()));
  }

  private Refusal counted(Refusal refusal) {
    count(refusal.status == 403 ? "forbidden" : "malformed");
    return refusal;
  }

  private void count(String outcome) {
    registry.counter("sluice.lineage.events", "outcome", outcome).increment();
  }
}
