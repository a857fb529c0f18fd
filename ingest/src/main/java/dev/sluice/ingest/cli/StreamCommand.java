package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stream list} and {@code stream show NAME}: what the streams are. */
@Command(
    name = "stream",
    description = "Show the streams and their fields.",
    mixinStandardHelpOptions = true,
    subcommands = {StreamCommand.ListStreams.class, StreamCommand.Show.class})
public final class StreamCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandFailure.USAGE;
  }

  private static JsonNode get(DataOption data, String path) {
    Pipeline pipeline = data.pipeline();
    Pipeline.Answer answer = pipeline.get(pipeline.endpoints().door().resolve(path), PATIENCE);
    if (!answer.ok()) {
      throw CommandFailure.failed(answer.message());
    }
    return answer.body();
  }

  private static String tables(JsonNode stream) {
    List<String> tables = new ArrayList<>();
    stream.path("tables").forEach(table -> tables.add(table.asText()));
    return String.join(", ", tables);
  }

  @Command(name = "list", description = "List the streams.", mixinStandardHelpOptions = true)
  static final class ListStreams implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;

    @Override
    public Integer call() {
      JsonNode streams = get(data, "/v1/streams").path("streams");
      PrintWriter out = spec.commandLine().getOut();
      String row = "%-28s %6s  %-16s %-16s %s%n";
      out.printf(Locale.ROOT, row, "STREAM", "SHARDS", "KEY", "TIME", "TABLE");
      for (JsonNode stream : streams) {
        out.printf(
            Locale.ROOT,
            row,
            stream.path("name").asText(),
            stream.path("shards").asText(),
            stream.path("key").asText("-"),
            stream.path("time").asText("-"),
            tables(stream));
      }
      out.flush();
      return 0;
    }
  }

  @Command(name = "show", description = "Show a stream's fields.", mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;

    @Parameters(paramLabel = "NAME", description = "the stream's name")
    private String name = "";

    @Override
    public Integer call() {
      if (!NAME.matcher(name).matches()) {
        throw CommandFailure.usage("\"" + name + "\" is no stream's name");
      }
      JsonNode stream = get(data, "/v1/streams/" + name);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%s: %s, %s shards, key %s, time %s, id %s, table %s%n",
          stream.path("name").asText(),
          stream.path("format").asText(),
          stream.path("shards").asText(),
          stream.path("key").asText("none"),
          stream.path("time").asText("none"),
          stream.path("id").asText("none"),
          tables(stream));
      if (stream.has("partition")) {
        List<String> partition = new ArrayList<>();
        stream.get("partition").forEach(field -> partition.add(field.asText()));
        out.printf(Locale.ROOT, "  partitioned by %s%n", String.join(", ", partition));
      }
      for (Map.Entry<String, JsonNode> way : stream.path("route").path("tables").properties()) {
        String field = stream.path("route").path("field").asText();
        out.printf(Locale.ROOT, "  %s %s: %s%n", field, way.getKey(), way.getValue().asText());
      }
      for (JsonNode field : stream.path("fields")) {
        out.printf(
            Locale.ROOT,
            "  %-20s %-10s %s%n",
            field.path("name").asText(),
            field.path("type").asText(),
            field.path("required").asBoolean() ? "required" : "");
      }
      out.flush();
      return 0;
    }
  }
}
