package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.ingest.definition.Inference;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that declare streams: create, evolve, delete, and infer, which suggests one. */
final class StreamChanges {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  private StreamChanges() {}

  static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw CommandFailure.usage("\"" + name + "\" is no stream's name");
    }
    return name;
  }

  /** A definition as people write one. */
  static String yaml(JsonNode definition) {
    try {
      return YAML.writeValueAsString(definition);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was answered; a refusal is told with each field that stands in the way. */
  private static JsonNode body(Pipeline.Answer answer) {
    if (answer.ok()) {
      return answer.body();
    }
    JsonNode violations = answer.body().path("error").path("violations");
    if (violations.isEmpty()) {
      throw CommandFailure.failed(answer.message());
    }
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        answer.message().substring(0, answer.message().indexOf(')') + 1) + ", for it would break:");
    violations.forEach(
        each ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "  %-20s %-10s %s",
                    each.path("field").asText(),
                    each.path("rule").asText(),
                    each.path("detail").asText())));
    throw CommandFailure.failed(lines.toString());
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static String described(JsonNode answer) {
    JsonNode definition = answer.path("definition");
    String schema = answer.has("schemaId") ? ", schema id " + answer.path("schemaId").asText() : "";
    return answer.path("name").asText()
        + ": version "
        + answer.path("version").asText()
        + ", "
        + definition.path("fields").size()
        + " fields, "
        + definition.path("shards").asText()
        + " shards, "
        + definition.path("format").asText()
        + schema;
  }

  @Command(
      name = "create",
      description = "Declare a new stream; its topic is made, its table with the first event.",
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;
    @Mixin private DefinitionOptions options;

    @Parameters(paramLabel = "NAME", description = "the stream's name")
    private String name = "";

    @Override
    public Integer call() {
      ObjectNode definition = options.definition(requireName(name));
      Pipeline pipeline = data.pipeline();
      URI door = pipeline.endpoints().door().resolve("/v1/streams");
      JsonNode answer = body(pipeline.post(door, definition, PATIENCE));
      say(spec.commandLine().getOut(), "created " + described(answer));
      return 0;
    }
  }

  @Command(
      name = "evolve",
      description = "Declare a stream anew, if that breaks nothing its compatibility keeps.",
      mixinStandardHelpOptions = true)
  static final class Evolve implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;
    @Mixin private DefinitionOptions options;

    @Parameters(paramLabel = "NAME", description = "the stream's name")
    private String name = "";

    @Override
    public Integer call() {
      ObjectNode definition = options.definition(requireName(name));
      Pipeline pipeline = data.pipeline();
      URI stream = pipeline.endpoints().door().resolve("/v1/streams/" + name);
      JsonNode answer = body(pipeline.put(stream, definition, PATIENCE));
      say(spec.commandLine().getOut(), "now " + described(answer));
      return 0;
    }
  }

  @Command(
      name = "delete",
      description = "Take no more events of a stream; its topic and its table stay.",
      mixinStandardHelpOptions = true)
  static final class Delete implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;

    @Option(names = "--yes", description = "it is meant")
    private boolean yes;

    @Parameters(paramLabel = "NAME", description = "the stream's name")
    private String name = "";

    @Override
    public Integer call() {
      requireName(name);
      if (!yes) {
        throw CommandFailure.usage(
            "say --yes: no more events of "
                + name
                + " are taken; its topic, its table and its versions stay");
      }
      Pipeline pipeline = data.pipeline();
      URI stream = pipeline.endpoints().door().resolve("/v1/streams/" + name + "?yes=true");
      JsonNode answer = body(pipeline.delete(stream, PATIENCE));
      StringJoiner stays = new StringJoiner(", ");
      answer.path("stays").forEach(each -> stays.add(each.asText()));
      say(spec.commandLine().getOut(), "deleted " + name + "; what stays: " + stays);
      return 0;
    }
  }

  @Command(
      name = "infer",
      description = "Suggest a definition from samples of events, and say why.",
      mixinStandardHelpOptions = true)
  static final class Infer implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "FILE",
        description = "events in JSON, one a line or in an array; - reads them")
    private String file = "";

    @Override
    public Integer call() {
      Inference inference;
      try (InputStream in = DefinitionOptions.open(file)) {
        inference = Inference.of(in);
      } catch (IOException e) {
        throw CommandFailure.usage(file + " cannot be read: " + e);
      } catch (IllegalArgumentException e) {
        throw CommandFailure.failed(e.getMessage());
      }
      PrintWriter out = spec.commandLine().getOut();
      inference.reasons().forEach(reason -> out.println("# " + reason));
      out.print(yaml(inference.definition()));
      out.flush();
      return 0;
    }
  }
}
