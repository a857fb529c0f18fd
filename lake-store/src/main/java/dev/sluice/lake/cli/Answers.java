package dev.sluice.lake.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks one query and prints its answer in one of the formats, while it comes. */
final class Answers {
  /** How rows are printed. */
  enum Format {
    table,
    csv,
    json,
    ndjson,
    parquet
  }

  private static final int TAIL = 1024;
  private static final Pattern CUT =
      Pattern.compile("\"rowCount\":(\\d+),\"truncated\":true,\"elapsedMillis\":\\d+[^\\[\\]]*}$");

  private final SqlClient client;
  private final PrintWriter err;

  Answers(SqlClient client, PrintWriter err) {
    this.client = client;
    this.err = err;
  }

  /** The answer as aligned lines. */
  void table(ObjectNode request, String id, OptionalInt room, Consumer<String> lines) {
    request.put("format", "json");
    try (InputStream in = client.ask(request, id)) {
      GridRows rows = new GridRows(room, lines);
      JsonNode rest = AnswerReader.read(in, rows);
      if (!rest.has("rowCount")) {
        throw new IOException("it has no end");
      }
      rows.end(rest.path("elapsedMillis").asLong());
      if (rest.path("truncated").asBoolean()) {
        tellCut(rest.path("rowCount").asText());
      }
    } catch (IOException broken) {
      throw brokenOff(broken);
    }
  }

  /** The answer as the lake writes it. */
  void copy(ObjectNode request, String id, Format format, OutputStream out) throws IOException {
    request.put("format", format.name());
    Tail tail = new Tail();
    try (InputStream in = client.ask(request, id)) {
      byte[] piece = new byte[64 * 1024];
      for (int read = next(in, piece, tail); read >= 0; read = next(in, piece, tail)) {
        out.write(piece, 0, read);
        tail.take(piece, read);
      }
    }
    if (format == Format.json) {
      out.write('\n');
      Matcher cut = CUT.matcher(tail.text());
      if (cut.find()) {
        tellCut(cut.group(1));
      }
    }
    out.flush();
  }

  /** A failure to read is told apart from one to write: the reader of our output may be gone. */
  private static int next(InputStream in, byte[] piece, Tail tail) {
    try {
      return in.read(piece);
    } catch (IOException broken) {
      throw tail.error().map(CommandFailure::failed).orElseGet(() -> brokenOff(broken));
    }
  }

  private static CommandFailure brokenOff(IOException broken) {
    return CommandFailure.failed("the answer broke off and is not whole: " + broken.getMessage());
  }

  private void tellCut(String rows) {
    err.println("only the first " + rows + " rows came; --max-rows N names how many you want");
    err.flush();
  }

  /** The last of what came: there the lake tells what happened. */
  private static final class Tail {
    private static final Pattern ERROR =
        Pattern.compile("\"error\":(\\{\"message\":.*\\})\\}\\s*$");
    private final byte[] bytes = new byte[2 * TAIL];
    private int length;

    void take(byte[] piece, int read) {
      int kept = Math.min(length, Math.max(0, bytes.length - Math.min(read, bytes.length)));
      System.arraycopy(bytes, length - kept, bytes, 0, kept);
      int taken = Math.min(read, bytes.length);
      System.arraycopy(piece, read - taken, bytes, kept, taken);
      length = kept + taken;
    }

    String text() {
      return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    Optional<String> error() {
      Matcher told = ERROR.matcher(text());
      if (!told.find()) {
        return Optional.empty();
      }
      try {
        return Optional.of(new ObjectMapper().readTree(told.group(1)).path("message").asText());
      } catch (JacksonException other) {
        return Optional.empty();
      }
    }
  }

  private static final class GridRows implements AnswerReader.Rows {
    private final OptionalInt room;
    private final Consumer<String> lines;
    private Grid grid;

    GridRows(OptionalInt room, Consumer<String> lines) {
      this.room = room;
      this.lines = lines;
      this.grid = new Grid(List.of(), room, lines);
    }

    @Override
    public void columns(List<AnswerReader.Column> columns) {
      grid = new Grid(columns, room, lines);
    }

    @Override
    public void row(JsonNode row) {
      grid.add(row);
    }

    void end(long elapsedMillis) {
      grid.end(elapsedMillis);
    }
  }
}
