package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.LineageEvent;
import dev.sluice.lake.lineage.event.LineageEvent.Mention;
import dev.sluice.lake.lineage.event.LineageEvent.Origin;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The datasets that the bodies of events name, whichever way: who may not read one is not shown the
 * body. They are kept for as long as the body is, whatever becomes of the edges it told of.
 */
final class Named {
  /** Of a body that names nothing. */
  private static final String NOTHING = "";

  private Named() {}

  static void write(Connection connection, LineageEvent event) throws SQLException {
    Set<String> datasets = new LinkedHashSet<>();
    for (Mention mention : event.datasets()) {
      datasets.add(mention.dataset().stored());
      mention.previously().map(Dataset::stored).ifPresent(datasets::add);
      mention.columns().stream().map(Origin::source).map(Dataset::stored).forEach(datasets::add);
    }
    if (datasets.isEmpty()) {
      datasets.add(NOTHING);
    }
    for (String dataset : datasets) {
      Statements.run(
          connection,
          "INSERT INTO sluice_lineage_named (digest, dataset) VALUES (?, ?) ON CONFLICT DO NOTHING",
          event.digest(),
          dataset);
    }
  }

  /** What the events of a run name; nothing where that of one is not known. */
  static Optional<List<Dataset>> ofRun(Connection connection, String run) throws SQLException {
    List<Optional<String>> named =
        Statements.list(
            connection,
            "SELECT DISTINCT named.dataset FROM sluice_lineage_events event"
                + " LEFT JOIN sluice_lineage_named named ON named.digest = event.digest"
                + " WHERE event.run = ?",
            row -> Optional.ofNullable(row.getString(1)),
            run);
    return named.contains(Optional.<String>empty())
        ? Optional.empty()
        : Optional.of(
            named.stream()
                .flatMap(Optional::stream)
                .filter(dataset -> !dataset.equals(NOTHING))
                .map(Dataset::stored)
                .toList());
  }

  static void rename(Connection connection, String before, String after) throws SQLException {
    Statements.run(
        connection,
        "INSERT INTO sluice_lineage_named (digest, dataset) SELECT digest, ?"
            + " FROM sluice_lineage_named gone WHERE gone.dataset = ? ON CONFLICT DO NOTHING",
        after,
        before);
    Statements.run(connection, "DELETE FROM sluice_lineage_named WHERE dataset = ?", before);
  }
}
