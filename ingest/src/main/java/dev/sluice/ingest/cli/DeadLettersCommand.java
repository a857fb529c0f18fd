package dev.sluice.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deadletters list|show|replay}: what was refused, and once more. */
@Command(
    name = "deadletters",
    description = "Show refused events, and replay those that are events now.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DeadLettersCommand.ListLetters.class,
      DeadLettersCommand.Show.class,
      DeadLettersCommand.Replay.class
    })
public final class DeadLettersCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration REPLAY_PATIENCE = Duration.ofHours(2);
  private static final String PATH = "/v1/deadletters";
  private static final int BAD_REQUEST = 400;

  /** How the listing is written. */
  enum Format {
    TABLE,
    JSON
  }

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandFailure.USAGE;
  }

  private static JsonNode body(Pipeline.Answer answer) {
    if (answer.ok()) {
      return answer.body();
    }
    throw answer.status() == BAD_REQUEST
        ? CommandFailure.usage(answer.message())
        : CommandFailure.failed(answer.message());
  }

  private static JsonNode get(DataOption data, String path) {
    Pipeline pipeline = data.pipeline();
    return body(pipeline.get(pipeline.endpoints().door().resolve(path), PATIENCE));
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Command(
      name = "list",
      description = "Count the refused events by reason, and name the latest.",
      mixinStandardHelpOptions = true)
  static final class ListLetters implements Callable<Integer> {
    private static final String REASON = "%-28s %-16s %10s  %-24s %s%n";
    private static final String LETTER = "%-28s %5s %12s %-16s %-24s %7s %9s  %s%n";

    @Spec private CommandSpec spec;
    @Mixin private DataOption data;

    @Option(names = "--stream", paramLabel = "STREAM", description = "of this stream only")
    private Optional<String> stream = Optional.empty();

    @Option(names = "--reason", paramLabel = "REASON", description = "with this reason only")
    private Optional<String> reason = Optional.empty();

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "letters to name, the latest first (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "TABLE",
        description = "table or json (default: table)")
    private Format format = Format.TABLE;

    @Override
    public Integer call() {
      StringJoiner query = new StringJoiner("&", PATH + "?", "");
      query.add("limit=" + limit);
      stream.ifPresent(name -> query.add("stream=" + escaped(name)));
      reason.ifPresent(name -> query.add("reason=" + escaped(name)));
      JsonNode body = get(data, query.toString());
      PrintWriter out = spec.commandLine().getOut();
      if (format == Format.JSON) {
        out.println(body.toPrettyString());
      } else {
        print(body, out);
      }
      out.flush();
      return 0;
    }

    private static void print(JsonNode body, PrintWriter out) {
      if (body.path("reasons").isEmpty()) {
        out.println("no dead letters");
        return;
      }
      out.printf(Locale.ROOT, REASON, "STREAM", "REASON", "COUNT", "FIRST", "LAST");
      for (JsonNode one : body.path("reasons")) {
        out.printf(
            Locale.ROOT,
            REASON,
            one.path("stream").asText(),
            one.path("reason").asText(),
            one.path("count").asText(),
            one.path("first").asText(),
            one.path("last").asText());
      }
      if (body.path("letters").isEmpty()) {
        return;
      }
      out.println();
      out.printf(
          Locale.ROOT,
          LETTER,
          "STREAM",
          "SHARD",
          "OFFSET",
          "REASON",
          "RECEIVED",
          "ATTEMPT",
          "BYTES",
          "DETAIL");
      for (JsonNode one : body.path("letters")) {
        out.printf(
            Locale.ROOT,
            LETTER,
            one.path("stream").asText(),
            one.path("shard").asText(),
            one.path("offset").asText(),
            one.path("reason").asText(),
            one.path("received").asText(),
            one.path("attempt").asText(),
            one.path("size").asText(),
            LetterText.line(one.path("detail").asText()));
      }
    }
  }

  @Command(
      name = "show",
      description = "Show a refused event with all its bytes.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;

    @Parameters(index = "0", paramLabel = "STREAM", description = "the stream's name")
    private String stream = "";

    @Parameters(index = "1", paramLabel = "SHARD", description = "the shard it lay in")
    private int shard;

    @Parameters(index = "2", paramLabel = "OFFSET", description = "its offset there")
    private long offset;

    @Override
    public Integer call() {
      JsonNode body = get(data, PATH + "/" + escaped(stream) + "/" + shard + "/" + offset);
      PrintWriter out = spec.commandLine().getOut();
      body.path("letters").forEach(letter -> LetterText.print(letter, out));
      out.flush();
      return 0;
    }
  }

  @Command(
      name = "replay",
      description = "Decode refused events once more; those that are events now become rows, once.",
      mixinStandardHelpOptions = true)
  static final class Replay implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataOption data;

    @Option(
        names = "--stream",
        paramLabel = "STREAM",
        required = true,
        description = "the stream whose letters are replayed")
    private String stream = "";

    @Option(names = "--reason", paramLabel = "REASON", description = "with this reason only")
    private Optional<String> reason = Optional.empty();

    @Option(
        names = "--shard",
        paramLabel = "N",
        description = "with --offset: a single letter's shard")
    private Optional<Integer> shard = Optional.empty();

    @Option(
        names = "--offset",
        paramLabel = "M",
        description = "with --shard: a single letter's offset")
    private Optional<Long> offset = Optional.empty();

    @Option(names = "--dry-run", description = "say what would be done, and change nothing")
    private boolean dry;

    @Override
    public Integer call() {
      if (shard.isPresent() != offset.isPresent()) {
        throw CommandFailure.usage("--shard and --offset go together");
      }
      StringJoiner query = new StringJoiner("&", PATH + "/replay?", "");
      query.add("stream=" + escaped(stream));
      reason.ifPresent(name -> query.add("reason=" + escaped(name)));
      shard.ifPresent(number -> query.add("shard=" + number));
      offset.ifPresent(number -> query.add("offset=" + number));
      query.add("dry-run=" + dry);
      Pipeline pipeline = data.pipeline();
      JsonNode body =
          body(
              pipeline.post(
                  pipeline.endpoints().door().resolve(query.toString()),
                  JsonNodeFactory.instance.objectNode(),
                  REPLAY_PATIENCE));
      if (offset.isPresent() && body.path("matched").asLong() == 0 && !body.has("stopped")) {
        throw CommandFailure.failed(
            "no dead letter of "
                + stream
                + " lies at offset "
                + offset.get()
                + " of shard "
                + shard.get());
      }
      PrintWriter out = spec.commandLine().getOut();
      print(body, out);
      out.flush();
      if (body.has("stopped")) {
        throw CommandFailure.failed(body.path("stopped").asText());
      }
      return 0;
    }

    private void print(JsonNode body, PrintWriter out) {
      long refused = 0;
      StringJoiner reasons = new StringJoiner(", ", " (", ")").setEmptyValue("");
      for (Map.Entry<String, JsonNode> one : body.path("refused").properties()) {
        refused += one.getValue().asLong();
        reasons.add(one.getKey() + " " + one.getValue().asText());
      }
      out.println(
          stream
              + ": "
              + body.path("matched").asText()
              + " dead letters, "
              + body.path("rows").asText()
              + (dry ? " would become rows, " : " became rows, ")
              + refused
              + (dry ? " would be" : " were")
              + " refused again"
              + reasons);
      if (body.path("waiting").asLong() > 0) {
        out.println(
            body.path("waiting").asText() + " wait for their interval's rows to be committed");
      }
      if (body.path("elsewhere").asLong() > 0) {
        out.println(body.path("elsewhere").asText() + " were taken by another replay meanwhile");
      }
    }
  }
}
