package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.ingest.stream.StreamText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stream}: what the streams are and were, and how they are declared. */
@Command(
    name = "stream",
    description = "Show and declare the streams.",
    mixinStandardHelpOptions = true,
    subcommands = {
      StreamCommand.ListStreams.class,
      StreamCommand.Show.class,
      StreamChanges.Create.class,
      StreamChanges.Evolve.class,
      StreamChanges.Delete.class,
      StreamChanges.Infer.class
    })
public final class StreamCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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

    @Option(names = "--versions", description = "all versions, the first one first")
    private boolean versions;

    @Option(names = "--yaml", description = "as a definition, to be changed and handed in again")
    private boolean yaml;

    @Override
    public Integer call() {
      StreamChanges.requireName(name);
      PrintWriter out = spec.commandLine().getOut();
      if (versions) {
        printVersions(get(data, "/v1/streams/" + name + "/versions"), out);
        return 0;
      }
      if (yaml) {
        JsonNode latest = get(data, "/v1/streams/" + name + "/versions/latest");
        out.print(StreamChanges.yaml(latest.path("definition")));
        out.flush();
        return 0;
      }
      JsonNode stream = get(data, "/v1/streams/" + name);
      out.printf(
          Locale.ROOT,
          "%s: %s, %s shards, key %s, time %s, id %s, table %s, version %s%n",
          stream.path("name").asText(),
          stream.path("format").asText(),
          stream.path("shards").asText(),
          stream.path("key").asText("none"),
          stream.path("time").asText("none"),
          stream.path("id").asText("none"),
          tables(stream),
          stream.path("version").asText());
      if (!stream.path("topic").asText(name).equals(name)) {
        out.printf(Locale.ROOT, "  in the topic %s%n", stream.path("topic").asText());
      }
      if (stream.has("retentionSeconds")) {
        Duration kept = Duration.ofSeconds(stream.path("retentionSeconds").asLong());
        out.printf(
            Locale.ROOT, "  kept %s on the log, once the tables have it%n", StreamText.span(kept));
      }
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

    private static void printVersions(JsonNode body, PrintWriter out) {
      for (JsonNode version : body.path("versions")) {
        out.printf(
            Locale.ROOT,
            "%s version %s, %s%s%n",
            body.path("name").asText(),
            version.path("version").asText(),
            version.path("at").asText(version.path("origin").asText()),
            version.path("deleted").asBoolean() ? ", deleted" : "");
        version
            .path("definition")
            .path("fields")
            .forEach(
                field ->
                    out.printf(
                        Locale.ROOT,
                        "  %-20s %-10s %s%n",
                        field.path("name").asText(),
                        field.path("type").asText(),
                        field.path("required").asBoolean() ? "required" : ""));
      }
      out.flush();
    }
  }
}
