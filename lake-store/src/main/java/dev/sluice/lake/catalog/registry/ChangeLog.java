package dev.sluice.lake.catalog.registry;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The changes of pointers, each written in the transaction that makes it, for one reader that says
 * which it has done with.
 *
 * <p>A number is drawn while the transaction holds the pointer's row, so the changes of one name
 * have their numbers in the order in which they were made. On PostgreSQL a change of another name
 * may appear later with a lower number: a reader goes by what it has read, not by how far it got.
 */
public final class ChangeLog {
  private static final String COLUMNS =
      "number, made, who, deed, kind, namespace, name, to_namespace, to_name, before, after";

  private final Database database;

  ChangeLog(Database database) {
    this.database = database;
  }

  /** What there is, by number, so many at most. */
  public List<Change> changes(int limit) {
    return database.read(
        connection ->
            Statements.list(
                connection,
                "SELECT " + COLUMNS + " FROM sluice_changes ORDER BY number LIMIT ?",
                ChangeLog::read,
                limit));
  }

  /** What there is of one kind, by number, so many at most. */
  public List<Change> changes(Deed deed, int limit) {
    return database.read(
        connection ->
            Statements.list(
                connection,
                "SELECT " + COLUMNS + " FROM sluice_changes WHERE deed = ? ORDER BY number LIMIT ?",
                ChangeLog::read,
                deed.name(),
                limit));
  }

  /** The numbers of what there is, the last so many at most. */
  public List<Long> numbers(int limit) {
    return database.read(
        connection ->
            Statements.list(
                connection,
                "SELECT number FROM sluice_changes ORDER BY number DESC LIMIT ?",
                row -> row.getLong(1),
                limit));
  }

  /** Removes changes that the reader has done with. */
  public void remove(Collection<Long> numbers) {
    database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM sluice_changes WHERE number = ?")) {
            for (long number : numbers) {
              delete.setLong(1, number);
              delete.addBatch();
            }
            delete.executeBatch();
          }
          return true;
        });
  }

  /** Everything that names stand for now, in one look. */
  public List<Standing> standing() {
    return database.read(Pointers::all);
  }

  static void write(Connection connection, Change change) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_changes"
                + " (made, who, deed, kind, namespace, name, to_namespace, to_name, before, after)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setLong(1, change.at().toEpochMilli());
      insert.setString(2, change.by());
      insert.setString(3, change.deed().name());
      insert.setString(4, change.kind().name());
      insert.setString(5, Names.of(change.name().namespace()));
      insert.setString(6, change.name().name());
      insert.setString(7, change.becomes().map(to -> Names.of(to.namespace())).orElse(null));
      insert.setString(8, change.becomes().map(TableIdentifier::name).orElse(null));
      insert.setString(9, change.before().orElse(null));
      insert.setString(10, change.after().orElse(null));
      insert.executeUpdate();
    }
  }

  private static Change read(ResultSet row) throws SQLException {
    Optional<String> toNamespace = Optional.ofNullable(row.getString(8));
    String toName = row.getString(9);
    return new Change(
        row.getLong(1),
        Instant.ofEpochMilli(row.getLong(2)),
        row.getString(3),
        Deed.valueOf(row.getString(4)),
        Kind.valueOf(row.getString(5)),
        TableIdentifier.of(Names.namespace(row.getString(6)), row.getString(7)),
        toNamespace.map(levels -> TableIdentifier.of(Names.namespace(levels), toName)),
        Optional.ofNullable(row.getString(10)),
        Optional.ofNullable(row.getString(11)));
  }
}
