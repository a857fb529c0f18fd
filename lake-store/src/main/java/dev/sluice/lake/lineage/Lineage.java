package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.Lines.Edge;
import dev.sluice.lake.lineage.Lines.JobLine;
import dev.sluice.lake.lineage.Lines.RunLine;
import dev.sluice.lake.lineage.Walk.Spot;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.LineageEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Lineage: events in, questions answered. */
public final class Lineage {
  /** No table, so a right on one is not enough. */
  private static final Dataset ANYTHING = Dataset.other("", "");

  /** What may be shown to whoever asks. */
  public interface Viewer extends Predicate<Dataset> {}

  /**
   * What events said of a dataset; texts are empty where they said nothing.
   *
   * @param fields its columns, a JSON array
   */
  public record Said(
      String description,
      String source,
      String owners,
      String fields,
      String lifecycle,
      Instant seen) {}

  /** A job with what it reads and writes, and its last runs. */
  record JobPage(JobLine job, List<Jobs.Use> uses, List<RunLine> runs) {}

  /** A run with its job and the bodies of its events. */
  record RunPage(RunLine run, JobLine job, List<Jobs.Use> uses, List<String> events) {}

  private final Database database;
  private final LineageSettings settings;
  private final InstantSource clock;
  private final Intake intake;

  private Lineage(Database database, LineageSettings settings, InstantSource clock) {
    this.database = database;
    this.settings = settings;
    this.clock = clock;
    this.intake = new Intake(database, settings, clock);
  }

  /**
   * Opens what is known so far.
   *
   * @param database shared with others, and closed by whoever opened it
   */
  public static Lineage open(Database database, LineageSettings settings, InstantSource clock) {
    LineageTables.prepare(database);
    return new Lineage(database, settings, clock);
  }

  /** Takes an event; says whether it is new. */
  boolean take(LineageEvent event, String reporter) {
    return intake.take(event, reporter);
  }

  /** What lies around a dataset. */
  public Lines around(Dataset dataset, Direction direction, int depth, Viewer viewer) {
    return database.read(
        connection ->
            withJobs(
                connection,
                new Walk(edges(connection)::ofDatasets, settings.answer(), viewer)
                    .from(new Spot(dataset, ""), direction, depth(depth))));
  }

  /** What lies around a column. */
  public Lines around(
      Dataset dataset, String column, Direction direction, int depth, Viewer viewer) {
    return database.read(
        connection ->
            withJobs(
                connection,
                new Walk(edges(connection)::ofColumns, settings.answer(), viewer)
                    .from(new Spot(dataset, column), direction, depth(depth))));
  }

  /** Where all columns of a dataset come from, and what is made of them, one step away. */
  public Lines columnsOf(Dataset dataset, Viewer viewer) {
    return database.read(
        connection ->
            withJobs(
                connection,
                new Walk(
                        (spots, direction, most) ->
                            edges(connection).ofAllColumns(dataset, direction, most),
                        settings.answer(),
                        viewer)
                    .from(new Spot(dataset, ""), Direction.BOTH, 1)));
  }

  /** What breaks if a column goes, or the dataset where none is named. */
  public Impact impact(Dataset dataset, String column, Viewer viewer) {
    Lines below = around(dataset, Direction.DOWN, settings.maxDepth(), viewer);
    Lines columns =
        column.isEmpty()
            ? new Lines(List.of(), List.of(), Map.of(), false)
            : around(dataset, column, Direction.DOWN, settings.maxDepth(), viewer);
    return database.read(
        connection -> Impact.of(connection, dataset, column, columns, below, since()));
  }

  /** What checks found in a dataset. */
  public Quality quality(Dataset dataset) {
    return database.read(
        connection -> Quality.of(connection, dataset.stored(), settings.results()));
  }

  /** What events said of a dataset. */
  public Optional<Said> said(Dataset dataset) {
    return database.read(
        connection ->
            Statements.list(
                    connection,
                    "SELECT description, source, owners, fields, lifecycle, seen"
                        + " FROM sluice_lineage_datasets WHERE dataset = ?",
                    row ->
                        new Said(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            Instant.ofEpochMilli(row.getLong(6))),
                    dataset.stored())
                .stream()
                .findFirst());
  }

  /** A dataset is called otherwise from now on. */
  public void renamed(Dataset from, Dataset to) {
    database.write(
        connection -> {
          Renaming.apply(connection, from, to);
          return true;
        });
  }

  /**
   * The jobs last heard of, those that read or write something hidden left out, before any are
   * counted.
   */
  List<JobPage> jobs(long after, int most, Viewer viewer) {
    return database.read(
        connection -> {
          Set<String> shown = viewer.test(ANYTHING) ? Set.of() : shown(connection, viewer);
          List<String> keys =
              Jobs.latest(connection).stream()
                  .filter(key -> shown.contains(key) || viewer.test(ANYTHING))
                  .skip(after)
                  .limit(most)
                  .toList();
          List<JobPage> pages = new ArrayList<>();
          for (String key : keys) {
            Optional<JobLine> job = Jobs.find(connection, key);
            if (job.isPresent()) {
              page(connection, job.get(), 1, viewer).ifPresent(pages::add);
            }
          }
          return pages;
        });
  }

  /** Jobs of which everything that they are known to touch may be shown. */
  private Set<String> shown(Connection connection, Viewer viewer) throws SQLException {
    Map<Dataset, Boolean> known = new HashMap<>();
    Set<String> shown = new HashSet<>();
    Jobs.touched(connection, since())
        .forEach(
            (job, datasets) -> {
              if (datasets.stream().allMatch(each -> known.computeIfAbsent(each, viewer::test))) {
                shown.add(job);
              }
            });
    return shown;
  }

  Optional<JobPage> job(String namespace, String name, int runs, Viewer viewer) {
    return database.read(
        connection -> {
          Optional<JobLine> job = Jobs.find(connection, Intake.jobKey(namespace, name));
          return job.isEmpty() ? Optional.empty() : page(connection, job.get(), runs, viewer);
        });
  }

  private Optional<JobPage> page(Connection connection, JobLine job, int runs, Viewer viewer)
      throws SQLException {
    List<Jobs.Use> uses = Jobs.uses(connection, job.key(), since());
    return shown(Jobs.touched(connection, job.key(), since()), viewer)
        ? Optional.of(new JobPage(job, uses, Jobs.runs(connection, job.key(), runs)))
        : Optional.empty();
  }

  Optional<RunPage> run(String id, Viewer viewer) {
    return database.read(
        connection -> {
          Optional<Jobs.Found> found = Jobs.run(connection, id);
          Optional<JobLine> job =
              found.isEmpty() ? Optional.empty() : Jobs.find(connection, found.get().job());
          if (job.isEmpty()
              || !shown(Jobs.touched(connection, job.get().key(), 0), viewer)
              || !named(connection, id, viewer)) {
            return Optional.empty();
          }
          List<Jobs.Use> uses = Jobs.uses(connection, job.get().key(), 0);
          List<String> events = Jobs.events(connection, id);
          return Optional.of(new RunPage(found.get().run(), job.get(), uses, events));
        });
  }

  private static boolean named(Connection connection, String run, Viewer viewer)
      throws SQLException {
    return Named.ofRun(connection, run)
        .map(datasets -> datasets.stream().allMatch(viewer))
        .orElseGet(() -> viewer.test(ANYTHING));
  }

  /** A job that is not known to use anything is for those alone who may see everything. */
  private static boolean shown(Set<Dataset> touched, Viewer viewer) {
    return touched.isEmpty() ? viewer.test(ANYTHING) : touched.stream().allMatch(viewer);
  }

  /** Whether any event named the dataset. */
  boolean knows(Dataset dataset) {
    return said(dataset).isPresent();
  }

  private Lines withJobs(Connection connection, Lines lines) throws SQLException {
    Set<String> keys =
        lines.edges().stream().map(Edge::job).collect(Collectors.toCollection(LinkedHashSet::new));
    return new Lines(lines.points(), lines.edges(), Jobs.of(connection, keys), lines.truncated());
  }

  private Edges edges(Connection connection) {
    return new Edges(connection, since());
  }

  private int depth(int asked) {
    return Math.min(asked, settings.maxDepth());
  }

  private long since() {
    return clock.instant().minus(settings.edgeAge()).toEpochMilli();
  }
}
