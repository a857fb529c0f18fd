package dev.sluice.lake.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.DatasetNames;
import dev.sluice.lake.lineage.event.EventLimits;
import dev.sluice.lake.lineage.event.EventReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lineage over HTTP, at {@code /api/v1/lineage}: OpenLineage events in, questions answered. */
public final class LineageArea implements Area {
  private static final String ROOT = "/api/v1/lineage";
  private static final String RUN = "/runs/";
  private static final int MOST = 200;

  private static final Map<String, Set<String>> QUESTIONS =
      Map.of(
          "",
          Set.of("table", "dataset", "column", "direction", "depth"),
          "/impact",
          Set.of("table", "dataset", "column"),
          "/quality",
          Set.of("table", "dataset", "history"),
          "/jobs",
          Set.of("limit", "offset"),
          "/job",
          Set.of("namespace", "name", "runs"),
          RUN,
          Set.of());

  private final Lineage lineage;
  private final Access access;
  private final DatasetNames names;
  private final LineageSettings settings;
  private final Reports reports;
  private final Workers workers;

  public LineageArea(
      Lineage lineage,
      Access access,
      DatasetNames names,
      LineageSettings settings,
      Workers workers,
      MeterRegistry registry) {
    this.lineage = lineage;
    this.access = access;
    this.names = names;
    this.settings = settings;
    this.workers = workers;
    EventLimits limits =
        new EventLimits(settings.maxDatasets(), settings.maxColumns(), settings.maxFacet().bytes());
    this.reports = new Reports(lineage, new EventReader(names, limits), access, settings, registry);
  }

  @Override
  public boolean owns(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  @Override
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(new Route("POST", ROOT));
    routes.add(new Route("POST", ROOT + "/batch"));
    QUESTIONS.forEach(
        (question, parameters) ->
            routes.add(
                new Route(
                    "GET", ROOT + question + (question.equals(RUN) ? "{run}" : ""), parameters)));
    return routes;
  }

  @Override
  public Workers workers() {
    return workers;
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Reply reply;

    Refused(int status, String type, String message) {
      super(message, null, false, false);
      this.reply = Reply.error(status, type, message);
    }
  }

  private static Refused wrong(String message) {
    return new Refused(400, "BadRequestException", message);
  }

  @Override
  public Reply answer(Call call) {
    String path = call.path().substring(ROOT.length());
    String question = path.startsWith(RUN) ? RUN : path;
    try {
      if (call.method().equals("POST") && (path.isEmpty() || path.equals("/batch"))) {
        return path.isEmpty() ? reports.one(call) : reports.batch(call);
      }
      JsonNode answer = answer(question, path, call);
      return Reply.json(200, answer);
    } catch (Refused refused) {
      return refused.reply;
    }
  }

  private JsonNode answer(String question, String path, Call call) {
    return switch (question) {
      case "" -> around(call);
      case "/impact" -> impact(call);
      case "/quality" -> quality(call);
      case "/jobs" -> jobs(call);
      case "/job" -> job(call);
      default ->
          LineageJson.run(
              lineage
                  .run(path.substring(RUN.length()), viewer(call))
                  .orElseThrow(
                      () -> new Refused(404, "NotFoundException", "no such run is kept here")));
    };
  }

  private Lineage.Viewer viewer(Call call) {
    return dataset -> access.mayRead(call.caller(), dataset);
  }

  private LineageJson json() {
    return new LineageJson(access::exists);
  }

  private JsonNode around(Call call) {
    Dataset dataset = dataset(call);
    String word = call.query().getOrDefault("direction", "both");
    Direction direction =
        Direction.of(word).orElseThrow(() -> wrong("direction is up, down or both, not " + word));
    int depth = number(call, "depth", 3, 1, settings.maxDepth());
    Optional<String> column = column(call);
    Lines lines =
        column.isPresent()
            ? lineage.around(dataset, column.get(), direction, depth, viewer(call))
            : lineage.around(dataset, direction, depth, viewer(call));
    return json().lines(lines, direction, depth);
  }

  private JsonNode impact(Call call) {
    Dataset dataset = dataset(call);
    String column = column(call).orElse("");
    return json().impact(lineage.impact(dataset, column, viewer(call)), dataset, column);
  }

  private JsonNode quality(Call call) {
    Dataset dataset = dataset(call);
    int history = number(call, "history", 0, 0, settings.results());
    return LineageJson.quality(lineage.quality(dataset), dataset, history);
  }

  private JsonNode jobs(Call call) {
    int limit = number(call, "limit", 50, 1, MOST);
    int offset = number(call, "offset", 0, 0, Integer.MAX_VALUE);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode jobs = answer.putArray("jobs");
    for (Lineage.JobPage page : lineage.jobs(offset, limit, viewer(call))) {
      jobs.add(LineageJson.job(page.job(), page.uses()));
    }
    return answer;
  }

  private JsonNode job(Call call) {
    String namespace = required(call, "namespace");
    String name = required(call, "name");
    return LineageJson.job(
        lineage
            .job(namespace, name, number(call, "runs", 20, 1, MOST), viewer(call))
            .orElseThrow(
                () ->
                    new Refused(
                        404,
                        "NotFoundException",
                        "no job " + namespace + " " + name + " is known")));
  }

  /** The dataset asked for. Who may not read it is not told whether it exists. */
  private Dataset dataset(Call call) {
    List<String> given =
        List.of("table", "dataset").stream().filter(call.query()::containsKey).toList();
    if (given.size() != 1) {
      throw wrong("say of what: ?table=gold.sessions, or ?dataset=s3://bucket/path");
    }
    String text = call.query().get(given.get(0));
    Dataset dataset =
        names
            .written(text)
            .orElseThrow(() -> wrong("'" + text + "' is no table's name like gold.sessions"));
    if (given.get(0).equals("table") && !dataset.isTable()) {
      throw wrong("'" + text + "' is no table's name like gold.sessions; ask by ?dataset=");
    }
    if (!access.mayRead(call.caller(), dataset)) {
      throw new Refused(
          403, "ForbiddenException", call.caller() + " may not read " + dataset.key());
    }
    if (!(dataset.isTable() && access.exists(dataset)) && !lineage.knows(dataset)) {
      throw new Refused(
          404,
          dataset.isTable() ? "NoSuchTableException" : "NotFoundException",
          dataset.key() + " does not exist, and no event names it");
    }
    return dataset;
  }

  private static Optional<String> column(Call call) {
    Optional<String> column = Optional.ofNullable(call.query().get("column"));
    if (column.filter(String::isEmpty).isPresent()) {
      throw wrong("column is empty; leave it out to ask for the whole table");
    }
    return column;
  }

  private static String required(Call call, String parameter) {
    return Optional.ofNullable(call.query().get(parameter))
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> wrong("query parameter '" + parameter + "' is missing"));
  }

  private static int number(Call call, String parameter, int standard, int least, int most) {
    String text = call.query().getOrDefault(parameter, Integer.toString(standard));
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException none) {
      throw wrong(parameter + " is no whole number: " + text);
    }
    throw wrong(parameter + " is between " + least + " and " + most + ", not " + text);
  }
}
