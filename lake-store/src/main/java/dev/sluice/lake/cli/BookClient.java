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
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command about the book has, and the book behind them. */
final class BookClient {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int NOT_FOUND = 404;
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

  /** What the book says at a path of its own. */
  JsonNode get(String path) {
    return read(BOOK + path);
  }

  JsonNode post(String path, JsonNode body) {
    return answered(
        (pipeline, server) -> pipeline.post(server.resolve(BOOK + path), body, PATIENCE));
  }

  /** What the book's server says at a path. */
  JsonNode read(String path) {
    return answered((pipeline, server) -> pipeline.get(server.resolve(path), PATIENCE));
  }

  /** The same, where there is such a thing. */
  Optional<JsonNode> find(String path) {
    Pipeline pipeline = data.pipeline();
    Pipeline.Answer answer = pipeline.get(pipeline.endpoints().catalog().resolve(path), PATIENCE);
    return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(answered(answer));
  }

  JsonNode put(String path, JsonNode body) {
    return answered((pipeline, server) -> pipeline.put(server.resolve(path), body, PATIENCE));
  }

  void delete(String path) {
    answered((pipeline, server) -> pipeline.delete(server.resolve(path), PATIENCE));
  }

  private JsonNode answered(BiFunction<Pipeline, URI, Pipeline.Answer> asking) {
    Pipeline pipeline = data.pipeline();
    return answered(asking.apply(pipeline, pipeline.endpoints().catalog()));
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
