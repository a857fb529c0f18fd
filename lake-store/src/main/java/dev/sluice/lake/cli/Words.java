package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes keywords, and the lake's tables and columns, which are asked for now and then. */
final class Words implements Completer {
  private static final long FRESH_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MAX_NAMES = 20_000;
  private static final int TIMEOUT_MILLIS = 5000;
  private static final List<String> KEYWORDS =
      List.of(
          ("SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET WITH AS JOIN LEFT RIGHT FULL INNER"
                  + " OUTER CROSS ON USING UNION ALL DISTINCT EXCEPT INTERSECT VALUES CASE WHEN"
                  + " THEN ELSE END AND OR NOT NULL IS IN BETWEEN LIKE ILIKE EXISTS CAST ASC DESC"
                  + " NULLS FIRST LAST OVER PARTITION QUALIFY FILTER INTERVAL DATE TIMESTAMP TRUE"
                  + " FALSE DESCRIBE SUMMARIZE SHOW TABLES SCHEMAS count sum avg min max")
              .split(" ", -1));
  private static final List<String> COMMANDS = List.of("\\d", "\\format", "\\timing", "\\h", "\\q");

  private final SqlClient client;
  private Set<String> names = Set.of();
  private boolean known;
  private long since;

  Words(SqlClient client) {
    this.client = client;
  }

  /** The next completion asks anew. */
  void forget() {
    known = false;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.line().startsWith("\\") && line.wordIndex() == 0) {
      COMMANDS.forEach(command -> candidates.add(new Candidate(command)));
      return;
    }
    if (!known || System.nanoTime() - since > FRESH_NANOS) {
      names = ask();
      known = true;
      since = System.nanoTime();
    }
    names.forEach(name -> candidates.add(new Candidate(name)));
    KEYWORDS.forEach(word -> candidates.add(new Candidate(word)));
  }

  /** What is known stays where the lake does not answer: a completion is no place for errors. */
  private Set<String> ask() {
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put(
                "sql",
                "SELECT DISTINCT table_schema, table_name, column_name"
                    + " FROM information_schema.columns WHERE table_catalog = 'lake'")
            .put("maxRows", MAX_NAMES)
            .put("timeoutMillis", TIMEOUT_MILLIS)
            .put("format", "json");
    Set<String> found = new TreeSet<>();
    try (InputStream answer = client.ask(request, Screen.queryId())) {
      AnswerReader.read(answer, new Names(found));
      return found;
    } catch (IOException | CommandFailure unanswered) {
      return names;
    }
  }

  private record Names(Set<String> found) implements AnswerReader.Rows {
    @Override
    public void columns(List<AnswerReader.Column> columns) {}

    @Override
    public void row(JsonNode row) {
      List<String> parts = new ArrayList<>();
      row.forEach(part -> parts.add(quoted(part.asText())));
      found.add(parts.get(0) + "." + parts.get(1));
      found.add("lake." + parts.get(0) + "." + parts.get(1));
      found.add(parts.get(2));
    }

    private static String quoted(String name) {
      return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
  }
}
