package dev.sluice.lake.usage;

import dev.sluice.lake.database.Statements;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who used a table on a day, and with what. So many users are told apart, the rest counted
 * together, and so many engines in all, twice as many as users: engines name themselves, and may do
 * so anew each time.
 */
final class Tellers {
  private static final String OTHERS = "(others)";
  private static final String OTHER = "other";

  /** One line of a table and day. */
  record Line(String who, String engine) {}

  private final Set<Line> lines;
  private final Set<String> users;
  private final int most;

  private Tellers(Set<Line> lines, int most) {
    this.lines = lines;
    this.users = lines.stream().map(Line::who).collect(Collectors.toCollection(HashSet::new));
    this.most = most;
  }

  static Tellers read(Connection connection, String table, String day, int most)
      throws SQLException {
    return new Tellers(
        new HashSet<>(
            Statements.list(
                connection,
                "SELECT who, engine FROM sluice_usage_days WHERE table_key = ? AND day = ?",
                row -> new Line(row.getString(1), row.getString(2)),
                table,
                day)),
        most);
  }

  /** The line that a use is counted in. */
  Line add(Line asked) {
    Line told = line(asked);
    lines.add(told);
    users.add(told.who);
    return told;
  }

  private Line line(Line asked) {
    if (!users.contains(asked.who) && users.size() >= most) {
      return new Line(OTHERS, "");
    }
    boolean engine = lines.contains(asked) || lines.size() < 2 * most || asked.engine.isEmpty();
    return engine ? asked : new Line(asked.who, OTHER);
  }
}
