package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify [TABLE]}: asks the ledger for its proof. */
@Command(
    name = "verify",
    description = "Prove that no event is missing or doubled and that the counts add up.",
    mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final String ROW = "%-28s %5s %12s %12s %12s %12s %12s%n";

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      paramLabel = "TABLE",
      arity = "0..1",
      defaultValue = "",
      description = "such as raw.app_events (default: all tables of streams)")
  private String table = "";

  @Option(
      names = "--deep",
      description = "compare every row's values with the log's records too; this takes longer")
  private boolean deep;

  @Override
  public Integer call() {
    if (!table.isEmpty() && !TABLE.matcher(table).matches()) {
      throw CommandFailure.usage("a table's name is like raw.app_events, not " + table);
    }
    Pipeline pipeline = data.pipeline();
    URI uri =
        pipeline
            .endpoints()
            .door()
            .resolve("/v1/verify?deep=" + deep + (table.isEmpty() ? "" : "&table=" + qualified()));
    Pipeline.Answer answer = pipeline.get(uri, PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    PrintWriter out = spec.commandLine().getOut();
    int problems = print(answer.body(), out);
    out.flush();
    if (problems > 0) {
      throw CommandFailure.failed(problems + (problems == 1 ? " problem" : " problems"));
    }
    return 0;
  }

  /** People say {@code lake.raw.app_events} and {@code app_events} as well. */
  private String qualified() {
    String bare = table.startsWith("lake.") ? table.substring("lake.".length()) : table;
    String named = bare.indexOf('.') < 0 ? "raw." + bare : bare;
    return named.replace('-', '_');
  }

  private static int print(JsonNode body, PrintWriter out) {
    int problems = 0;
    out.printf(Locale.ROOT, ROW, "TABLE", "SHARD", "FROM", "TO", "ROWS", "DEAD LETTERS", "CONTROL");
    for (JsonNode one : body.path("tables")) {
      for (JsonNode shard : one.path("shards")) {
        out.printf(
            Locale.ROOT,
            ROW,
            one.path("table").asText(),
            shard.path("shard").asText(),
            shard.path("from").asText(),
            shard.path("to").asText(),
            shard.path("rows").asText(),
            shard.path("deadLetters").asText(),
            shard.path("controlRecords").asText());
      }
    }
    for (JsonNode one : body.path("tables")) {
      String name = one.path("table").asText();
      for (JsonNode what : one.path("notCompared")) {
        out.println(name + ": not compared: " + what.asText());
      }
      for (JsonNode problem : one.path("problems")) {
        problems++;
        out.println(
            name
                + ": "
                + problem.path("kind").asText()
                + ": "
                + problem.path("where").asText()
                + ": "
                + problem.path("detail").asText());
      }
      out.println(
          name
              + ": "
              + one.path("verdict").asText()
              + ", "
              + one.path("rows").asText()
              + " rows in "
              + one.path("files").asText()
              + " files, "
              + one.path("elapsedMillis").asText()
              + " ms"
              + (one.path("depth").asText().equals("values") ? ", values too" : ""));
    }
    return problems;
  }
}
