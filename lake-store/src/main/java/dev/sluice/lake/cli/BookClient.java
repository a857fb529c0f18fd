package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command about the book has, and the book behind them. */
final class BookClient {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String BOOK = "/api/v1/book";

  /** How an answer is printed. */
  enum Format {
    text,
    json
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.text;

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static String table(String name) {
    return "/tables/" + encoded(name);
  }

  JsonNode get(String path) {
    Pipeline pipeline = data.pipeline();
    return answered(pipeline.get(pipeline.endpoints().catalog().resolve(BOOK + path), PATIENCE));
  }

  JsonNode post(String path, JsonNode body) {
    Pipeline pipeline = data.pipeline();
    return answered(
        pipeline.post(pipeline.endpoints().catalog().resolve(BOOK + path), body, PATIENCE));
  }

  private static JsonNode answered(Pipeline.Answer answer) {
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    return answer.body();
  }

  /** Prints an answer; the exit code of a command that printed it. */
  int print(JsonNode answer, BiConsumer<JsonNode, PrintWriter> asText) {
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case json -> out.println(answer);
      case text -> asText.accept(answer, out);
    }
    out.flush();
    return 0;
  }
}
