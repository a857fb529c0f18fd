package dev.sluice.lake.lineage.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.awswire.Digests;
import dev.sluice.lake.lineage.event.LineageEvent.Job;
import dev.sluice.lake.lineage.event.LineageEvent.Mention;
import dev.sluice.lake.lineage.event.LineageEvent.Run;
import dev.sluice.lake.lineage.event.LineageEvent.State;
import dev.sluice.lake.lineage.event.LineageEvent.Way;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads events of OpenLineage 2-0-2 and before: of runs, jobs and datasets. Facets that are not
 * known here stay in the event's body and change nothing.
 */
public final class EventReader {
  private static final int DIGEST_CHARACTERS = 40;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
  private static final int NAMESPACE = 400;
  private static final int NAME = 2000;

  private final DatasetNames names;
  private final EventLimits limits;

  public EventReader(DatasetNames names, EventLimits limits) {
    this.names = names;
    this.limits = limits;
  }

  /** The JSON of a request. */
  public static JsonNode json(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json == null || json.isMissingNode()) {
        throw new MalformedEventException("the body is empty; send an OpenLineage event");
      }
      return json;
    } catch (JacksonException notJson) {
      throw new MalformedEventException("the body is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException impossible) {
      throw new MalformedEventException("the body cannot be read");
    }
  }

  public LineageEvent read(JsonNode json) {
    Told event = new Told(json, "").requireObject();
    Instant time = event.time("eventTime");
    event.name("producer", NAME);
    event.text("schemaURL");
    Optional<Run> run = Optional.empty();
    if (event.at("run").present()) {
      run = Optional.of(run(event));
    }
    boolean aboutDataset = event.at("dataset").present();
    if (run.isEmpty() && event.at("eventType").present()) {
      throw new MalformedEventException("run is missing, but eventType tells of a run");
    }
    if (run.isEmpty() && !aboutDataset && !event.at("job").present()) {
      throw new MalformedEventException(
          "run is missing (an event has run and job, or job, or dataset)");
    }
    Optional<Job> job =
        aboutDataset && run.isEmpty() && !event.at("job").present()
            ? Optional.empty()
            : Optional.of(job(event.object("job")));
    return new LineageEvent(time, run, job, mentions(event), digest(json), body(json));
  }

  private List<Mention> mentions(Told event) {
    List<Told> inputs = event.elements("inputs", limits.datasets());
    List<Told> outputs = event.elements("outputs", limits.datasets());
    List<Told> said = event.at("dataset").present() ? List.of(event.object("dataset")) : List.of();
    MentionReader reader = new MentionReader(names, limits);
    for (List<Told> each : List.of(inputs, outputs, said)) {
      each.forEach(reader::learn);
    }
    List<Mention> mentions = new ArrayList<>();
    inputs.forEach(told -> mentions.add(reader.read(told, Way.IN)));
    outputs.forEach(told -> mentions.add(reader.read(told, Way.OUT)));
    said.forEach(told -> mentions.add(reader.read(told, Way.SAID)));
    return mentions;
  }

  private static Run run(Told event) {
    Told run = event.object("run");
    String id = run.name("runId", 64);
    UUID uuid;
    try {
      uuid = UUID.fromString(id);
    } catch (IllegalArgumentException none) {
      throw new MalformedEventException("run.runId is no UUID: " + id);
    }
    Told facets = run.optionalObject("facets");
    Told parent = facets.optionalObject("parent");
    String of = parent.present() ? parent.object("run").name("runId", 64) : "";
    String message = facets.optionalObject("errorMessage").text("message");
    return new Run(uuid.toString(), state(event), of, message);
  }

  private static State state(Told event) {
    String told = event.text("eventType");
    if (told.isEmpty()) {
      return State.OTHER;
    }
    return Arrays.stream(State.values())
        .filter(each -> each.name().equals(told))
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedEventException(
                    "eventType is '"
                        + told
                        + "', not one of START, RUNNING, COMPLETE, ABORT, FAIL, OTHER"));
  }

  private static Job job(Told job) {
    Told facets = job.optionalObject("facets");
    Told type = facets.optionalObject("jobType");
    String kind =
        List.of(type.text("processingType"), type.text("integration"), type.text("jobType"))
            .stream()
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining(" "));
    return new Job(
        job.name("namespace", NAMESPACE),
        job.name("name", NAME),
        facets.optionalObject("documentation").text("description"),
        facets.optionalObject("sql").text("query"),
        facets.optionalObject("sourceCodeLocation").text("url"),
        kind,
        MentionReader.owners(facets));
  }

  private static String digest(JsonNode json) {
    return Digests.sha256Hex(text(json)).substring(0, DIGEST_CHARACTERS);
  }

  private static String text(JsonNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JacksonException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The event without the facets that are too large: query plans of megabytes are told by some. */
  private String body(JsonNode json) {
    ObjectNode kept = json.deepCopy();
    trim(kept.path("run"));
    trim(kept.path("job"));
    trim(kept.path("dataset"));
    kept.path("inputs").forEach(this::trim);
    kept.path("outputs").forEach(this::trim);
    return text(kept);
  }

  private void trim(JsonNode holder) {
    for (String group : List.of("facets", "inputFacets", "outputFacets")) {
      if (holder.path(group) instanceof ObjectNode facets) {
        for (Map.Entry<String, JsonNode> facet : List.copyOf(facets.properties())) {
          int length = text(facet.getValue()).length();
          if (length > limits.facet()) {
            facets.set(
                facet.getKey(), JsonNodeFactory.instance.objectNode().put("_leftOutBytes", length));
          }
        }
      }
    }
  }
}
