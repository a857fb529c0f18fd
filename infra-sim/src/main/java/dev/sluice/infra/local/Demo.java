package dev.sluice.infra.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.ingest.cli.ProgressBar;
import dev.sluice.ingest.produce.Delivery;
import dev.sluice.ingest.produce.DoorClient;
import dev.sluice.ingest.produce.SensorFleet;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Simulation;
import dev.sluice.ingest.produce.Span;
import dev.sluice.lake.cli.Printout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The demo's steps against a running pipeline, each through the interface that its users have. */
final class Demo {
  private static final long SEED = 42;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private record Question(String asked, String sql) {}

  private static final Question MORNING =
      new Question(
          "What did the night make of it?",
          """
          SELECT media_source, count(*) AS sessions, count(*) FILTER (bought) AS with_a_sale,
            round(sum(revenue), 2) AS revenue
          FROM gold.sessions GROUP BY media_source ORDER BY sessions DESC LIMIT 5""");

  private static final List<Question> QUESTIONS =
      List.of(
          new Question(
              "What did people do in the shop?",
              """
              SELECT type, count(*) AS events, count(DISTINCT user_id) AS users
              FROM raw.app_events GROUP BY type ORDER BY events DESC"""),
          new Question(
              "Which categories sell?",
              """
              SELECT category, count(*) AS sales, round(sum(price * quantity), 2) AS revenue
              FROM raw.app_events WHERE type = 'purchase' GROUP BY category ORDER BY revenue DESC LIMIT 5"""),
          new Question(
              "What do the sensors say?",
              """
              SELECT metric, count(*) AS readings, count(DISTINCT device_id) AS devices,
                round(min(value), 1) AS lowest, round(avg(value), 1) AS mean, round(max(value), 1) AS highest
              FROM raw.sensor_readings GROUP BY metric ORDER BY metric"""));

  private final Path data;
  private final Pipeline pipeline;
  private final DemoScreen screen;
  private final Clock clock;

  Demo(Path data, Pipeline pipeline, DemoScreen screen, Clock clock) {
    this.data = data;
    this.pipeline = pipeline;
    this.screen = screen;
    this.clock = clock;
  }

  void run(long events) throws IOException, InterruptedException {
    long sensors = events / 5;
    LocalDate yesterday = LocalDate.now(clock).minusDays(1);
    awaitShards();
    long before = committed();
    long accepted = send("app-events", new Shop(), events - sensors, yesterday);
    loseANode();
    accepted += send("sensor-readings", new SensorFleet(), sensors, yesterday);
    awaitRows(before + accepted);
    QUESTIONS.forEach(this::ask);
    night(yesterday);
    ask(MORNING);
    verify();
  }

  /** Terminates the busiest node, with whatever its worker has not committed. */
  private void loseANode() throws IOException, InterruptedException {
    screen.begin("node");
    JsonNode nodes = status().path("nodes");
    if (nodes.size() < 2) {
      // Terminated is for good: a demo before this one, on the same data, left a single node.
      screen.done("one node is left here, and stays");
      return;
    }
    JsonNode busiest = JsonNodeFactory.instance.objectNode();
    for (JsonNode node : nodes) {
      if (busiest.isEmpty() || node.path("shards").asLong() > busiest.path("shards").asLong()) {
        busiest = node;
      }
    }
    new CloudClient(pipeline, clock).terminate(busiest.path("id").asText());
    screen.done(
        "terminated "
            + busiest.path("id").asText()
            + ", a "
            + busiest.path("type").asText()
            + " at "
            + busiest.path("pricePerHourUsd").asText()
            + " USD an hour; its shards go to the other");
  }

  private JsonNode status() {
    Pipeline.Answer answer =
        pipeline.get(pipeline.endpoints().console().resolve("/api/v1/status"), PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed("no status: " + answer.message());
    }
    return answer.body();
  }

  /** The night as cron would start it: by the command line. */
  private void night(LocalDate day) {
    screen.begin("night");
    int exitCode =
        RootCommand.commandLine()
            .setOut(screen.out())
            .setErr(screen.progress())
            .execute("etl", "nightly", "--date", day.toString(), "--data", data.toString());
    if (exitCode != 0) {
      throw CommandFailure.failed("the night failed; see: ./sluice etl runs --data " + data);
    }
    screen.done("the subject tables of " + day + ", by Spark");
  }

  private long send(String stream, Simulation simulation, long count, LocalDate day)
      throws IOException, InterruptedException {
    screen.begin("send");
    DoorClient client =
        new DoorClient(
            pipeline.http(),
            pipeline.endpoints().door(),
            stream,
            pipeline.endpoints().credentials().writeKey(),
            DoorClient.Pace.standard());
    Delivery delivery;
    try (ProgressBar bar = ProgressBar.onTerminal(screen.progress(), count)) {
      delivery = client.send(simulation.iterator(SEED, count, Span.day(day)), bar::show);
    }
    if (delivery.accepted() != delivery.sent()) {
      throw CommandFailure.failed(
          "the front door did not take every event: refused "
              + delivery.reasons()
              + ", unknown "
              + delivery.unknown());
    }
    screen.done(
        String.format(
            Locale.ROOT,
            "%,d %s acknowledged, on disk (%,.0f a second)",
            delivery.accepted(),
            stream,
            delivery.perSecond()));
    return delivery.accepted();
  }

  /** Waits for the offsets: a sensor that sends a reading twice has one row of it. */
  private void awaitRows(long wanted) throws InterruptedException {
    screen.begin("tables");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long taken = committed();
    while (taken < wanted) {
      if (System.nanoTime() > deadline) {
        throw CommandFailure.failed(
            "only " + taken + " of " + wanted + " events are in tables; see: ./sluice status");
      }
      TimeUnit.MILLISECONDS.sleep(100);
      taken = committed();
    }
    long rows = rows();
    screen.done(
        String.format(
            Locale.ROOT,
            "%,d rows are visible to SQL; %,d events had been sent twice",
            rows,
            taken - rows));
  }

  /** Waits for workers on every shard: only then do they tell what the tables had before. */
  private void awaitShards() throws InterruptedException {
    screen.begin("workers");
    long wanted = 0;
    for (JsonNode stream : door("/v1/streams").path("streams")) {
      wanted += stream.path("shards").asLong();
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (shards().size() < wanted) {
      if (System.nanoTime() > deadline) {
        throw CommandFailure.failed(
            "workers have only "
                + shards().size()
                + " of "
                + wanted
                + " shards; see: ./sluice status");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    screen.done("they read all " + wanted + " shards of the log");
  }

  /** Events the tables have taken, as the workers know it. */
  private long committed() {
    return shards().stream().mapToLong(shard -> shard.path("committedOffset").asLong()).sum();
  }

  private List<JsonNode> shards() {
    List<JsonNode> shards = new ArrayList<>();
    for (JsonNode worker : door("/v1/workers").path("workers")) {
      worker.path("shards").forEach(shards::add);
    }
    return shards;
  }

  private JsonNode door(String path) {
    Pipeline.Answer answer = pipeline.get(pipeline.endpoints().door().resolve(path), PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed("no answer to " + path + ": " + answer.message());
    }
    return answer.body();
  }

  /** Rows in both tables; a table that no event has reached yet has none. */
  private long rows() {
    long rows = 0;
    for (String table : List.of("raw.app_events", "raw.sensor_readings")) {
      Pipeline.Answer answer = sql("SELECT count(*) FROM " + table);
      if (answer.ok()) {
        rows += answer.body().path("rows").path(0).path(0).asLong();
      } else if (answer.status() != 404) {
        throw CommandFailure.failed(answer.message());
      }
    }
    return rows;
  }

  private void ask(Question question) {
    screen.begin("ask");
    Pipeline.Answer answer = sql(question.sql());
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    screen.done(question.asked());
    screen.show(out -> Printout.table(answer.body(), out));
  }

  private void verify() {
    screen.begin("verify");
    Pipeline.Answer answer =
        pipeline.get(pipeline.endpoints().door().resolve("/v1/verify"), PATIENCE);
    JsonNode verdict = answer.body();
    if (!answer.ok() || !verdict.path("verdict").asText().equals("sound")) {
      throw CommandFailure.failed("verify found something wrong: " + verdict);
    }
    screen.done("files and log read afresh: each event is there once");
  }

  private Pipeline.Answer sql(String sql) {
    return pipeline.post(
        pipeline.endpoints().catalog().resolve("/api/v1/sql"),
        JsonNodeFactory.instance.objectNode().put("sql", sql),
        PATIENCE);
  }
}
