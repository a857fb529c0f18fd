package dev.sluice.lake.dataset;

import dev.sluice.awswire.Digests;
import dev.sluice.lake.database.Statements;
import dev.sluice.lake.dataset.Counted.State;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of datasets on one connection. */
final class DatasetRows {
  private static final int DIGEST_CHARACTERS = 32;

  private static final String OTHER_KINDS = "other";

  private static final String KIND =
      """
      INSERT INTO sluice_dataset_kinds AS old (dataset, kind, objects, bytes)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (dataset, kind) DO UPDATE SET objects = old.objects + excluded.objects,
        bytes = old.bytes + excluded.bytes
      """;

  private final Connection connection;
  private final DatasetSettings settings;

  DatasetRows(Connection connection, DatasetSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  /** A dataset, how it stands, and up to where its store's changes are in it. */
  record Row(Declaration declaration, State state, long counted, long changed, long position) {}

  List<Row> all() throws SQLException {
    return rows("ORDER BY name");
  }

  Optional<Row> find(String name) throws SQLException {
    return rows("WHERE name = ?", name).stream().findFirst();
  }

  private List<Row> rows(String which, Object... values) throws SQLException {
    return Statements.list(
        connection,
        "SELECT name, bucket, prefix, description, owner, on_call, tags, state, counted, changed,"
            + " position FROM sluice_datasets "
            + which,
        DatasetRows::row,
        values);
  }

  private static Row row(ResultSet row) throws SQLException {
    String tags = row.getString(7);
    return new Row(
        new Declaration(
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            tags.isEmpty() ? List.of() : List.of(tags.split("\n", -1))),
        State.valueOf(row.getString(8)),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11));
  }

  Counted counted(Row row) throws SQLException {
    List<Counted.Type> types =
        Statements.list(
            connection,
            "SELECT kind, objects, bytes FROM sluice_dataset_kinds WHERE dataset = ? AND objects > 0"
                + " ORDER BY bytes DESC, kind",
            each -> new Counted.Type(each.getString(1), each.getLong(2), each.getLong(3)),
            row.declaration.name());
    return new Counted(
        row.declaration,
        row.state,
        time(row.counted),
        time(row.changed),
        types.stream().mapToLong(Counted.Type::objects).sum(),
        types.stream().mapToLong(Counted.Type::bytes).sum(),
        types);
  }

  static Optional<Instant> time(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** Declares it, new or anew; it is counted from the start where it lies elsewhere now. */
  void declare(Declaration declaration) throws SQLException {
    Optional<Row> before = find(declaration.name());
    boolean moved = before.filter(row -> row.declaration.samePlace(declaration)).isEmpty();
    Statements.run(
        connection,
        """
        INSERT INTO sluice_datasets (name, bucket, prefix, description, owner, on_call, tags,
          state, counted, changed, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, -1)
        ON CONFLICT (name) DO UPDATE SET bucket = excluded.bucket, prefix = excluded.prefix,
          description = excluded.description, owner = excluded.owner,
          on_call = excluded.on_call, tags = excluded.tags
        """,
        declaration.name(),
        declaration.bucket(),
        declaration.prefix(),
        declaration.description(),
        declaration.owner(),
        declaration.onCall(),
        String.join("\n", declaration.tags()),
        State.COUNTING.name());
    if (moved) {
      empty(declaration.name());
      stand(declaration.name(), State.COUNTING, 0, 0, -1);
    }
  }

  boolean remove(String name) throws SQLException {
    empty(name);
    return Statements.run(connection, "DELETE FROM sluice_datasets WHERE name = ?", name) > 0;
  }

  void empty(String name) throws SQLException {
    Statements.run(connection, "DELETE FROM sluice_dataset_objects WHERE dataset = ?", name);
    Statements.run(connection, "DELETE FROM sluice_dataset_kinds WHERE dataset = ?", name);
  }

  void stand(String name, State state, long counted, long changed, long position)
      throws SQLException {
    Statements.run(
        connection,
        "UPDATE sluice_datasets SET state = ?, counted = ?, changed = ?, position = ? WHERE name = ?",
        state.name(),
        counted,
        changed,
        position,
        name);
  }

  /** An object is as it is now, whatever it was before; nothing if it is gone. */
  void put(String name, String key, Optional<ObjectSource.Entry> now) throws SQLException {
    String object = digest(key);
    List<Counted.Type> before =
        Statements.list(
            connection,
            "SELECT kind, size FROM sluice_dataset_objects WHERE dataset = ? AND object = ?",
            row -> new Counted.Type(row.getString(1), 1, row.getLong(2)),
            name,
            object);
    for (Counted.Type each : before) {
      Statements.run(connection, KIND, name, each.name(), -1L, -each.bytes());
    }
    if (now.isEmpty()) {
      Statements.run(
          connection,
          "DELETE FROM sluice_dataset_objects WHERE dataset = ? AND object = ?",
          name,
          object);
      return;
    }
    String kind = known(name, ContentKind.of(now.get()));
    Statements.run(
        connection,
        """
        INSERT INTO sluice_dataset_objects (dataset, object, kind, size) VALUES (?, ?, ?, ?)
        ON CONFLICT (dataset, object) DO UPDATE SET kind = excluded.kind, size = excluded.size
        """,
        name,
        object,
        kind,
        now.get().size());
    add(name, new Counted.Type(kind, 1, now.get().size()));
  }

  void add(String name, Counted.Type some) throws SQLException {
    Statements.run(connection, KIND, name, some.name(), some.objects(), some.bytes());
  }

  /** The kind, or all others' name where there are too many. */
  private String known(String name, String kind) throws SQLException {
    List<String> kinds =
        new ArrayList<>(
            Statements.list(
                connection,
                "SELECT kind FROM sluice_dataset_kinds WHERE dataset = ?",
                row -> row.getString(1),
                name));
    return kinds.contains(kind) || kinds.size() < settings.types() ? kind : OTHER_KINDS;
  }

  private static String digest(String key) {
    return Digests.sha256Hex(key).substring(0, DIGEST_CHARACTERS);
  }
}
