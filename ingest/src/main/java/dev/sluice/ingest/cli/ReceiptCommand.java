package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.ingest.stream.ReceiptName;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receipt RECEIPT}: where an acknowledged event is. */
@Command(
    name = "receipt",
    description = "Say where an event is: in the log, a table and since when, or a dead letter.",
    mixinStandardHelpOptions = true)
public final class ReceiptCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "RECEIPT", description = "STREAM-SHARD-OFFSET, such as app-events-2-17")
  private String receipt = "";

  @Override
  public Integer call() {
    ReceiptName name =
        ReceiptName.parse(receipt)
            .orElseThrow(
                () ->
                    CommandFailure.usage(
                        "\"" + receipt + "\" is no receipt: STREAM-SHARD-OFFSET is one"));
    Pipeline pipeline = data.pipeline();
    Pipeline.Answer answer =
        pipeline.get(pipeline.endpoints().door().resolve("/v1/receipts/" + name), PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(name + ": " + sentence(answer.body()));
    out.flush();
    return 0;
  }

  private static String sentence(JsonNode found) {
    return switch (found.path("status").asText()) {
      case "pending" ->
          "pending: in the log; the table will read on at offset " + found.path("next").asText();
      case "visible" ->
          "visible in "
              + found.path("table").asText()
              + (found.has("snapshot")
                  ? " since snapshot "
                      + found.path("snapshot").asText()
                      + " of "
                      + found.path("committedAt").asText()
                  : "; its snapshot has expired");
      case "dead-letter" ->
          "dead letter: " + found.path("reason").asText() + ": " + found.path("detail").asText();
      case "duplicate" -> "duplicate: an event of the same id had its row before";
      case "gone" -> "gone: the tables have passed it and hold neither a row nor a letter of it";
      default -> found.path("status").asText();
    };
  }
}
