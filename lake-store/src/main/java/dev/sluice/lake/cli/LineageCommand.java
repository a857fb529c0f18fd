package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lineage TABLE[.COLUMN]}: what it is made of, and what is made of it. */
@Command(
    name = "lineage",
    mixinStandardHelpOptions = true,
    description = "What a table or a column is made of, and what is made of it, by which jobs.")
public final class LineageCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int NOT_FOUND = 404;
  private static final int MAX_DEPTH = 20;

  /** Which way to look. */
  enum Way {
    up,
    down,
    both
  }

  /** How the answer is printed. */
  enum Format {
    tree,
    json
  }

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      paramLabel = "TABLE[.COLUMN]",
      description = "such as gold.sessions, gold.sessions.user_id, or a place: s3://bucket/path")
  private String asked = "";

  @Option(
      names = "--direction",
      defaultValue = "both",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Way direction = Way.both;

  @Option(
      names = "--depth",
      defaultValue = "3",
      paramLabel = "N",
      description = "how many steps to follow, 20 at most (default: ${DEFAULT-VALUE})")
  private int depth;

  @Option(
      names = "--format",
      defaultValue = "tree",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.tree;

  @Override
  public Integer call() {
    if (depth < 1 || depth > MAX_DEPTH) {
      throw CommandFailure.usage("--depth is between 1 and " + MAX_DEPTH + ", not " + depth);
    }
    Pipeline pipeline = data.pipeline();
    Pipeline.Answer answer = ask(pipeline);
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case json -> out.println(answer.body());
      case tree -> new LineageTree(answer.body(), out).print();
    }
    out.flush();
    return 0;
  }

  /** A name of three parts may be a table in a nested namespace: that is asked for first. */
  private Pipeline.Answer ask(Pipeline pipeline) {
    String parameter = asked.contains("://") ? "dataset" : "table";
    Pipeline.Answer whole = ask(pipeline, parameter, asked, "");
    int dot = asked.lastIndexOf('.');
    boolean column = whole.status() == NOT_FOUND || whole.status() == 403;
    if (parameter.equals("dataset") || !column || dot <= 0) {
      return whole;
    }
    String table = asked.substring(0, dot);
    if (!table.replaceFirst("^lake\\.", "").contains(".")) {
      return whole;
    }
    Pipeline.Answer answer = ask(pipeline, "table", table, asked.substring(dot + 1));
    return answer.status() == NOT_FOUND ? whole : answer;
  }

  private Pipeline.Answer ask(Pipeline pipeline, String parameter, String dataset, String column) {
    String query =
        "/api/v1/lineage?%s=%s&direction=%s&depth=%d"
            .formatted(parameter, encoded(dataset), direction, depth);
    URI uri =
        pipeline
            .endpoints()
            .catalog()
            .resolve(column.isEmpty() ? query : query + "&column=" + encoded(column));
    return pipeline.get(uri, PATIENCE);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The root of an answer, in one line. */
  static String name(JsonNode point) {
    String column = point.path("column").asText();
    return point.path("id").asText() + (column.isEmpty() ? "" : "." + column);
  }
}
