package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sql "SELECT …"}: one query, its rows on standard output. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = "SQL on the lake's tables, such as lake.raw.app_events. SHOW TABLES lists them.")
public final class SqlCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int MAX_SQL_BYTES = 1 << 20;

  /** How rows are printed. */
  enum Format {
    table,
    csv,
    json
  }

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      paramLabel = "QUERY",
      arity = "0..1",
      defaultValue = "",
      description = "the query (default: read from standard input)")
  private String query = "";

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.table;

  @Override
  public Integer call() throws IOException {
    String text = query.isBlank() ? standardInput() : query;
    if (text.isBlank()) {
      throw CommandFailure.usage("there is no query: give one, or send it to standard input");
    }
    Pipeline pipeline = data.pipeline();
    URI uri = pipeline.endpoints().catalog().resolve("/api/v1/sql");
    JsonNode request = JsonNodeFactory.instance.objectNode().put("sql", text);
    Pipeline.Answer answer = pipeline.post(uri, request, PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    switch (format) {
      case json -> out.println(answer.body());
      case csv -> Printout.csv(answer.body(), out);
      case table -> Printout.table(answer.body(), out);
    }
    out.flush();
    if (answer.body().path("truncated").asBoolean()) {
      err.println(
          "only the first "
              + answer.body().path("rowCount")
              + " rows came: the lake cuts off there");
      err.flush();
    }
    return 0;
  }

  private static String standardInput() throws IOException {
    byte[] read = System.in.readNBytes(MAX_SQL_BYTES + 1);
    if (read.length > MAX_SQL_BYTES) {
      throw CommandFailure.usage("the query on standard input is longer than 1 MiB");
    }
    return new String(read, StandardCharsets.UTF_8);
  }
}
