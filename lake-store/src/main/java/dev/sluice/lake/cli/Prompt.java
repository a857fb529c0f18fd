package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.lake.cli.Answers.Format;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A prompt for SQL. The only class of its kind that loads the line editor, with what it uses. */
final class Prompt {
  private static final String HISTORY = "sql-history";
  private static final int HISTORY_LINES = 2000;
  private static final int LEAST_ROOM = 20;
  private static final String HELP =
      String.join(
          System.lineSeparator(),
          "SQL ends with ';' and may go over several lines. Ctrl-C cancels a query or forgets a line.",
          "  \\d             tables",
          "  \\d TABLE       the columns of a table",
          "  \\format NAME   table, csv, json or ndjson",
          "  \\timing        tell how long queries take, or stop telling",
          "  \\h             this",
          "  \\q             the end (also Ctrl-D)",
          "Tab completes keywords, tables and columns; long answers come by the page.");

  private final SqlClient client;
  private final Path historyFile;
  private final PrintWriter err;
  private final Long maxRows;
  private final AtomicReference<String> asked = new AtomicReference<>();
  private Format format;
  private boolean timing;

  Prompt(DataOption data, PrintWriter err, Format format, Long maxRows) {
    this.client = new SqlClient(data.pipeline());
    this.historyFile = data.directory().resolve(HISTORY).toAbsolutePath();
    this.err = err;
    this.format = format;
    this.maxRows = maxRows;
  }

  /** Tells how long queries take. */
  Prompt timed() {
    timing = true;
    return this;
  }

  /** Reads and answers until the end of input. */
  int run() throws IOException {
    if (format == Format.parquet) {
      throw CommandFailure.usage("parquet is not for a terminal: give a query and --output FILE");
    }
    keepPrivate(historyFile);
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      terminal.handle(Terminal.Signal.INT, signal -> cancel());
      Words words = new Words(client);
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .appName("sluice")
              .parser(new StatementParser())
              .completer(words)
              .variable(LineReader.HISTORY_FILE, historyFile)
              .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
              .variable(LineReader.SECONDARY_PROMPT_PATTERN, "  ...> ")
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .option(LineReader.Option.CASE_INSENSITIVE, true)
              .build();
      terminal.writer().println("SQL on the lake. \\h for help, \\q to leave.");
      Optional<String> line = read(reader);
      while (line.isPresent() && !line.get().strip().equals("\\q")) {
        answer(line.get(), terminal, words);
        line = read(reader);
      }
      reader.getHistory().save();
    }
    return 0;
  }

  /** Nothing at the end of input; an empty line where one was interrupted. */
  private static Optional<String> read(LineReader reader) {
    try {
      return Optional.of(reader.readLine("sluice> "));
    } catch (UserInterruptException forgotten) {
      return Optional.of("");
    } catch (EndOfFileException end) {
      return Optional.empty();
    }
  }

  private void answer(String text, Terminal terminal, Words words) throws IOException {
    String line = text.strip();
    try {
      if (line.startsWith("\\")) {
        command(line.split("\\s+", 2), terminal, words);
        return;
      }
      for (String statement : Statements.of(text)) {
        ask(statement, format, terminal);
      }
    } catch (CommandFailure failure) {
      terminal.writer().println(failure.getMessage());
      terminal.flush();
    }
  }

  private void command(String[] parts, Terminal terminal, Words words) throws IOException {
    String argument = parts.length > 1 ? parts[1].strip().replaceAll(";$", "") : "";
    PrintWriter out = terminal.writer();
    switch (parts[0]) {
      case "\\d" -> {
        words.forget();
        ask(argument.isEmpty() ? "SHOW TABLES" : "DESCRIBE " + argument, Format.table, terminal);
      }
      case "\\timing" -> {
        timing = !timing;
        out.println("timing is " + (timing ? "on" : "off"));
      }
      case "\\format" -> {
        List<String> known = List.of("table", "csv", "json", "ndjson");
        if (known.contains(argument)) {
          format = Format.valueOf(argument);
        }
        out.println(
            known.contains(argument)
                ? "format is " + format
                : "\\format takes table, csv, json or ndjson; it is " + format);
      }
      case "\\h", "\\?", "\\help" -> out.println(HELP);
      default -> out.println("there is no command " + parts[0] + "; \\h tells which there are");
    }
    terminal.flush();
  }

  private void ask(String statement, Format as, Terminal terminal) throws IOException {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("sql", statement);
    if (maxRows != null) {
      request.put("maxRows", maxRows);
    }
    String id = Screen.queryId();
    asked.set(id);
    long start = System.nanoTime();
    try (Pager pager = new Pager(terminal)) {
      Answers answers = new Answers(client, new PrintWriter(terminal.writer(), true));
      try {
        if (as == Format.table) {
          answers.table(request, id, room(terminal), pager::line);
        } else {
          answers.copy(request, id, as, pager.stream());
        }
      } catch (Pager.EnoughException enough) {
        client.cancel(id);
      }
    } finally {
      asked.set(null);
    }
    if (timing) {
      terminal
          .writer()
          .println("time: " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
    }
    terminal.flush();
  }

  private static OptionalInt room(Terminal terminal) {
    return terminal.getWidth() >= LEAST_ROOM
        ? OptionalInt.of(terminal.getWidth())
        : OptionalInt.empty();
  }

  /** Ctrl-C while an answer is awaited; the answer then is that it was cancelled. */
  private void cancel() {
    String id = asked.get();
    if (id != null) {
      try {
        client.cancel(id);
      } catch (CommandFailure unreachable) {
        err.println(unreachable.getMessage());
      }
    }
  }

  /** What was asked may be nobody else's business. */
  private static void keepPrivate(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException there) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }
}
