package dev.sluice.lake.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.lake.cli.Answers.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sql "SELECT …"}: queries, their rows on standard output; without a query, a prompt. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "SQL on the lake's tables, such as lake.raw.app_events. SHOW TABLES lists them.",
      "Without a query: those on standard input, or a prompt where that is a terminal."
    })
public final class SqlCommand implements Callable<Integer> {
  private static final int MAX_SQL_BYTES = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      paramLabel = "QUERY",
      arity = "0..1",
      defaultValue = "",
      description = "the query, or several with ';' between them")
  private String query = "";

  @Option(names = "--file", paramLabel = "FILE", description = "read the queries from a file")
  private Path file;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.table;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "write the answer to a file, which appears when it is whole")
  private Path output;

  @Option(
      names = "--max-rows",
      paramLabel = "N",
      description = "at most so many rows (default: all; in a table or json what the lake allows)")
  private Long maxRows;

  @Option(
      names = "--param",
      paramLabel = "VALUE",
      description = "the next value for ? or $1: a number, true, false, null, or a text")
  private List<String> parameters = new ArrayList<>();

  @Option(names = "--timing", description = "tell on standard error how long each query took")
  private boolean timing;

  @Override
  public Integer call() throws IOException {
    Screen screen = Screen.present();
    boolean prompt = query.isBlank() && file == null && screen.typed();
    if (prompt && (output != null || !parameters.isEmpty())) {
      throw CommandFailure.usage("--output and --param need a query");
    }
    if (prompt) {
      Prompt terminal = new Prompt(data, spec.commandLine().getErr(), format, maxRows);
      return (timing ? terminal.timed() : terminal).run();
    }
    List<String> statements = Statements.of(text());
    if (statements.isEmpty()) {
      throw CommandFailure.usage("there is no query: give one, or send it to standard input");
    }
    if (statements.size() > 1 && (output != null || !parameters.isEmpty())) {
      throw CommandFailure.usage(
          "--output and --param are for one query; there are " + statements.size());
    }
    if (format == Format.parquet && output == null && screen.room().isPresent()) {
      throw CommandFailure.usage("parquet is not for a terminal: add --output FILE, or redirect");
    }
    if (format == Format.parquet && statements.size() > 1) {
      throw CommandFailure.usage("parquet is one file for one query");
    }
    SqlClient client = new SqlClient(data.pipeline());
    for (int i = 0; i < statements.size(); i++) {
      try {
        one(client, screen, statements.get(i));
      } catch (CommandFailure failure) {
        String which = "statement " + (i + 1) + " of " + statements.size() + ": ";
        throw statements.size() == 1
            ? failure
            : CommandFailure.failed(which + failure.getMessage());
      }
    }
    return 0;
  }

  private void one(SqlClient client, Screen screen, String statement) throws IOException {
    long start = System.nanoTime();
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("sql", statement);
    if (maxRows != null) {
      request.put("maxRows", maxRows);
    }
    if (!parameters.isEmpty()) {
      ArrayNode values = request.putArray("parameters");
      parameters.forEach(given -> values.add(value(given)));
    }
    Answers answers = new Answers(client, spec.commandLine().getErr());
    String id = Screen.queryId();
    if (output != null) {
      toFile(answers, request, id);
    } else if (format == Format.table) {
      PrintWriter out = spec.commandLine().getOut();
      answers.table(request, id, screen.room(), out::println);
      out.flush();
    } else {
      copy(answers, request, id);
    }
    if (timing) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("time: " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
      err.flush();
    }
  }

  private void copy(Answers answers, ObjectNode request, String id) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.flush();
    if (format == Format.parquet) {
      answers.copy(request, id, format, System.out);
      return;
    }
    try (WriterStream stream = new WriterStream(out)) {
      answers.copy(request, id, format, stream);
    } catch (IOException nobodyReads) {
      throw CommandFailure.failed(nobodyReads.getMessage());
    }
  }

  /** Under another name until it is whole, so that nobody takes a part for it. */
  private void toFile(Answers answers, ObjectNode request, String id) throws IOException {
    Path draft = output.resolveSibling(output.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(draft)) {
        if (format == Format.table) {
          PrintStream lines = new PrintStream(out, false, StandardCharsets.UTF_8);
          answers.table(request, id, OptionalInt.empty(), lines::println);
          lines.flush();
        } else {
          answers.copy(request, id, format, out);
        }
      }
      Files.move(draft, output, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | UncheckedIOException failure) {
      throw CommandFailure.failed(output + " cannot be written: " + failure);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** A number, a truth or null where it reads as one in JSON; else a text. */
  private static JsonNode value(String given) {
    try {
      JsonNode read = JSON.readTree(given);
      return read.isValueNode() ? read : TextNode.valueOf(given);
    } catch (JacksonException text) {
      return TextNode.valueOf(given);
    }
  }

  private String text() throws IOException {
    if (!query.isBlank()) {
      if (file != null) {
        throw CommandFailure.usage("give a query or --file, not both");
      }
      return query;
    }
    try (InputStream in = file == null ? System.in : Files.newInputStream(file)) {
      byte[] read = in.readNBytes(MAX_SQL_BYTES + 1);
      if (read.length > MAX_SQL_BYTES) {
        throw CommandFailure.usage("the queries are longer than 1 MiB");
      }
      return new String(read, StandardCharsets.UTF_8);
    } catch (NoSuchFileException absent) {
      throw CommandFailure.usage("there is no file " + file);
    }
  }
}
