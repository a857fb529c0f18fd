package dev.sluice.lake.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.lineage.Lines.Edge;
import dev.sluice.lake.lineage.Lines.JobLine;
import dev.sluice.lake.lineage.Lines.Point;
import dev.sluice.lake.lineage.Lines.RunLine;
import dev.sluice.lake.lineage.event.Dataset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers as JSON. What is hidden gets a number in place of its name, and its jobs none at all. */
final class LineageJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Predicate<Dataset> exists;
  private final Map<Dataset, String> hidden = new HashMap<>();

  /**
   * @param exists whether a table is still there
   */
  LineageJson(Predicate<Dataset> exists) {
    this.exists = exists;
  }

  ObjectNode lines(Lines lines, Direction direction, int depth) {
    ObjectNode answer = NODES.objectNode();
    answer.set("root", point(lines.points().get(0)));
    answer.put("direction", direction.word()).put("depth", depth);
    ArrayNode nodes = answer.putArray("nodes");
    lines.points().forEach(each -> nodes.add(point(each)));
    ArrayNode edges = answer.putArray("edges");
    lines.edges().forEach(each -> edges.add(edge(each, lines.jobs())));
    return answer.put("truncated", lines.truncated());
  }

  private ObjectNode edge(Edge edge, Map<String, JobLine> jobs) {
    ObjectNode node = NODES.objectNode();
    edge.from().ifPresent(from -> end(node, "from", from));
    edge.to().ifPresent(to -> end(node, "to", to));
    boolean secret =
        edge.from().filter(Point::hidden).isPresent()
            || edge.to().filter(Point::hidden).isPresent();
    JobLine job = jobs.get(edge.job());
    if (job != null && !secret) {
      node.set("job", name(job));
    }
    if (!edge.transformations().isEmpty() && !secret) {
      node.set("transformations", parsed(edge.transformations()));
    }
    return node.put("lastSeen", edge.seen().toString());
  }

  /** The far end of an edge, with the job between. */
  ObjectNode neighbour(Edge edge, Optional<Point> far, Map<String, JobLine> jobs) {
    ObjectNode node = far.map(this::point).orElseGet(NODES::objectNode);
    ObjectNode told = edge(edge, jobs);
    for (String field : List.of("job", "transformations", "lastSeen")) {
      if (told.has(field)) {
        node.set(field, told.get(field));
      }
    }
    return node;
  }

  private void end(ObjectNode node, String end, Point point) {
    node.put(end, id(point));
    if (!point.column().isEmpty() && !point.hidden()) {
      node.put(end + "Column", point.column());
    }
  }

  private ObjectNode point(Point point) {
    ObjectNode node = NODES.objectNode();
    node.put("id", id(point));
    node.put("kind", point.hidden() ? "hidden" : kind(point.dataset()));
    if (!point.hidden()) {
      names(node, point.dataset());
      if (!point.column().isEmpty()) {
        node.put("column", point.column());
      }
    }
    return node.put("distance", point.distance());
  }

  private void names(ObjectNode node, Dataset dataset) {
    node.put("namespace", dataset.namespace()).put("name", dataset.name());
    if (dataset.isTable()) {
      node.put("exists", exists.test(dataset));
    }
  }

  private static String kind(Dataset dataset) {
    return dataset.isTable() ? "table" : "dataset";
  }

  private String id(Point point) {
    return point.hidden()
        ? hidden.computeIfAbsent(point.dataset(), key -> "hidden-" + (hidden.size() + 1))
        : point.dataset().key();
  }

  /** What tells a job from others, and how it last went. */
  private static ObjectNode name(JobLine job) {
    ObjectNode node = NODES.objectNode();
    node.put("namespace", job.namespace()).put("name", job.name());
    job.last().ifPresent(run -> node.set("lastRun", run(run)));
    return node;
  }

  static ObjectNode run(RunLine run) {
    ObjectNode node = NODES.objectNode();
    node.put("id", run.id()).put("state", run.state()).put("started", run.begun().toString());
    run.ended().ifPresent(ended -> node.put("ended", ended.toString()));
    text(node, "parent", run.parent());
    text(node, "message", run.message());
    return node;
  }

  static ObjectNode job(JobLine job, List<Jobs.Use> uses) {
    ObjectNode node = name(job);
    text(node, "kind", job.kind());
    text(node, "description", job.description());
    text(node, "owners", job.owners());
    text(node, "source", job.source());
    text(node, "sql", job.sql());
    node.put("lastSeen", job.seen().toString());
    ArrayNode inputs = node.putArray("inputs");
    ArrayNode outputs = node.putArray("outputs");
    for (Jobs.Use use : uses) {
      ObjectNode line = (use.written() ? outputs : inputs).addObject();
      line.put("id", use.dataset().key()).put("kind", kind(use.dataset()));
      line.put("lastSeen", use.seen().toString());
      if (use.rows() >= 0) {
        line.put("rows", use.rows());
      }
      if (use.bytes() >= 0) {
        line.put("bytes", use.bytes());
      }
    }
    return node;
  }

  static ObjectNode job(Lineage.JobPage page) {
    ObjectNode node = job(page.job(), page.uses());
    ArrayNode runs = node.putArray("runs");
    page.runs().forEach(each -> runs.add(run(each)));
    return node;
  }

  static ObjectNode run(Lineage.RunPage page) {
    ObjectNode node = run(page.run());
    node.set("job", job(page.job(), page.uses()));
    ArrayNode events = node.putArray("events");
    page.events().forEach(each -> events.add(parsed(each)));
    return node;
  }

  ObjectNode impact(Impact impact, Dataset dataset, String column) {
    ObjectNode answer = NODES.objectNode();
    answer.put("id", dataset.key());
    text(answer, "column", column);
    ArrayNode readers = answer.putArray("jobs");
    impact.readers().forEach(each -> readers.add(name(each)));
    ArrayNode suspects = answer.putArray("jobsThatMay");
    impact.suspects().forEach(each -> suspects.add(name(each)));
    ArrayNode columns = answer.putArray("columns");
    impact.columns().forEach(each -> columns.add(point(each)));
    ArrayNode datasets = answer.putArray("datasets");
    impact.datasets().forEach(each -> datasets.add(point(each)));
    return answer.put("truncated", impact.truncated());
  }

  static ObjectNode quality(Quality quality, Dataset dataset, int history) {
    ObjectNode answer = NODES.objectNode();
    answer.put("id", dataset.key());
    ArrayNode latest = answer.putArray("latest");
    quality.latest().forEach(each -> latest.add(result(each)));
    Optional<Quality.Measured> measured = quality.metrics();
    if (measured.isPresent()) {
      ObjectNode metrics = answer.putObject("metrics");
      metrics.put("at", measured.get().at().toString());
      text(metrics, "run", measured.get().run());
      metrics.set("values", parsed(measured.get().json()));
    }
    ArrayNode earlier = answer.putArray("history");
    quality.history().stream().limit(history).forEach(each -> earlier.add(result(each)));
    return answer;
  }

  private static ObjectNode result(Quality.Result result) {
    ObjectNode node = NODES.objectNode();
    node.put("assertion", result.assertion());
    text(node, "column", result.column());
    node.put("passed", result.passed());
    text(node, "severity", result.severity());
    if (!result.detail().isEmpty()) {
      node.set("detail", parsed(result.detail()));
    }
    text(node, "run", result.run());
    return node.put("at", result.at().toString());
  }

  private static void text(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a row holds no JSON", impossible);
    }
  }
}
