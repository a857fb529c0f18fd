package dev.sluice.transform.care;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One run of table care: every table, one action after the other. What fails on one table does not
 * keep the others from theirs.
 */
public final class TableCare {
  /** In a snapshot's summary: the run that made it. */
  public static final String RUN = "sluice.care.run";

  /** Who is beaten by a writer so often leaves it for the next run. */
  static final int ATTEMPTS = 3;

  /** How long a run may stage before it shows what it made. */
  private static final Duration STAGED = Duration.ofDays(2);

  private final SparkSession spark;
  private final CareSettings settings;
  private final Consumer<Cared> report;

  public TableCare(SparkSession spark, CareSettings settings, Consumer<Cared> report) {
    this.spark = spark;
    this.settings = settings;
    this.report = report;
  }

  /**
   * Runs it.
   *
   * @param run what the run is called, once only
   */
  public List<Cared> run(String run) {
    Catalog catalog = Spark3Util.loadIcebergCatalog(spark, settings.catalog());
    List<TableIdentifier> everything = everything();
    List<TableIdentifier> chosen = chosen(everything);
    List<Cared> done = new ArrayList<>();
    Map<String, Table> patients = new LinkedHashMap<>();
    // Iceberg's actions find their catalogs in whichever session is active.
    SparkSession.setActiveSession(spark);
    Places places = new Places();
    boolean orphans = settings.actions().contains(Action.ORPHANS);
    for (TableIdentifier each : everything) {
      if (!orphans && !chosen.contains(each)) {
        continue;
      }
      String name = name(each);
      try {
        Table table = catalog.loadTable(each);
        table.refresh();
        places.add(name, table);
        if (chosen.contains(each)) {
          patients.put(name, table);
        }
      } catch (RuntimeException unreadable) {
        boolean dropped = unreadable instanceof NoSuchTableException;
        if (!dropped) {
          places.addUnreadable(name);
        }
        if (!dropped && chosen.contains(each)) {
          say(done, Cared.without(name, first(), Ending.FAILED, line(unreadable)));
        }
      }
    }
    if (settings.actions().contains(Action.ORPHANS)) {
      addNested(places);
    }
    Map<Action, Function<Patient, Cared>> steps = steps(run, places);
    patients.forEach((name, table) -> care(name, table, steps, done));
    if (settings.effect() == CareSettings.Effect.CHANGE && !done.isEmpty()) {
      spark.sql("CREATE NAMESPACE IF NOT EXISTS " + settings.catalog() + ".ops");
      new CareBook(spark, settings.catalog()).add(run, done, settings.now());
    }
    return List.copyOf(done);
  }

  private void care(
      String name, Table table, Map<Action, Function<Patient, Cared>> steps, List<Cared> done) {
    Patient patient;
    try {
      Policy policy = settings.policy().with(table.properties());
      if (policy.mode() == Policy.Mode.OFF) {
        say(done, Cared.without(name, first(), Ending.LEFT, "sluice.care.mode is off"));
        return;
      }
      patient =
          new Patient(
              name,
              table,
              policy,
              ClosedDays.of(table, settings.now().minus(policy.closedAfter())));
    } catch (RuntimeException refused) {
      say(done, Cared.without(name, first(), Ending.FAILED, line(refused)));
      return;
    }
    steps.forEach(
        (action, step) -> {
          long start = System.nanoTime();
          Cared cared = bounded(patient, action, step);
          say(done, cared.took(Patient.secondsSince(start)));
        });
  }

  private Cared bounded(Patient patient, Action action, Function<Patient, Cared> step) {
    String beaten = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        patient.table().refresh();
        boolean moves = action == Action.COMPACT || action == Action.MANIFESTS;
        Optional<String> hindrance = moves ? hindrance(patient) : Optional.empty();
        if (hindrance.isPresent()) {
          return Cared.without(patient.name(), action, Ending.LEFT, hindrance.get());
        }
        return step.apply(patient);
      } catch (CommitStateUnknownException unknown) {
        return Cared.without(
            patient.name(),
            action,
            Ending.FAILED,
            "the catalog did not say whether it took the commit; the next run sees: "
                + line(unknown));
      } catch (CommitFailedException | ValidationException conflict) {
        beaten = line(conflict);
      } catch (RuntimeException broken) {
        return Cared.without(patient.name(), action, Ending.FAILED, line(broken));
      }
    }
    return Cared.without(patient.name(), action, Ending.GAVE_WAY, beaten);
  }

  /** Why a table's files are not moved now. */
  private Optional<String> hindrance(Patient patient) {
    if (patient.days() instanceof ClosedDays.None none) {
      return Optional.of(none.why());
    }
    Table table = patient.table();
    long recently = settings.now().minus(STAGED).toEpochMilli();
    // What is staged becomes the table by a step forward, and not where the table went elsewhere.
    return table.refs().entrySet().stream()
        .filter(ref -> ref.getValue().isBranch() && !ref.getKey().equals(SnapshotRef.MAIN_BRANCH))
        .filter(ref -> table.snapshot(ref.getValue().snapshotId()).timestampMillis() > recently)
        .filter(
            ref ->
                SnapshotUtil.isAncestorOf(
                    table,
                    ref.getValue().snapshotId(),
                    table.currentSnapshot() == null ? -1 : table.currentSnapshot().snapshotId()))
        .map(ref -> "a run stages on its branch " + ref.getKey())
        .findFirst();
  }

  private Map<Action, Function<Patient, Cared>> steps(String run, Places places) {
    boolean tell = settings.effect() == CareSettings.Effect.TELL;
    Compaction compaction = new Compaction(spark, run);
    Manifests manifests = new Manifests(spark, run);
    Expiry expiry = new Expiry(spark, settings.now());
    Orphans orphans =
        new Orphans(spark, settings, new Quarantine(spark, settings.catalog()), places);
    Map<Action, Function<Patient, Cared>> steps = new EnumMap<>(Action.class);
    steps.put(Action.COMPACT, tell ? compaction::tell : compaction::run);
    steps.put(Action.MANIFESTS, tell ? manifests::tell : manifests::run);
    steps.put(Action.EXPIRE, tell ? expiry::tell : expiry::run);
    steps.put(Action.ORPHANS, orphans::run);
    steps.keySet().retainAll(settings.actions());
    return steps;
  }

  /** Tables within namespaces of namespaces are not cared for, and may lie in another's folder. */
  private void addNested(Places places) {
    for (String outer : namespaces(settings.catalog())) {
      Deque<String> open = new ArrayDeque<>(namespaces(outer));
      while (!open.isEmpty()) {
        String inner = open.remove();
        if (!spark.sql("SHOW TABLES IN " + inner).isEmpty()) {
          places.addUnreadable(inner.replace("`", ""));
        }
        open.addAll(namespaces(inner));
      }
    }
  }

  /** Spark names each from the catalog on, without the catalog. */
  private List<String> namespaces(String within) {
    return spark.sql("SHOW NAMESPACES IN " + within).collectAsList().stream()
        .map(row -> row.getString(0).replace("`", "").replace(".", "`.`"))
        .map(name -> settings.catalog() + ".`" + name + "`")
        .toList();
  }

  private List<TableIdentifier> everything() {
    List<TableIdentifier> tables = new ArrayList<>();
    for (Row namespace : spark.sql("SHOW NAMESPACES IN " + settings.catalog()).collectAsList()) {
      String name = namespace.getString(0);
      for (Row table :
          spark.sql("SHOW TABLES IN " + settings.catalog() + ".`" + name + "`").collectAsList()) {
        tables.add(TableIdentifier.of(name, table.getString(1)));
      }
    }
    return tables;
  }

  private List<TableIdentifier> chosen(List<TableIdentifier> everything) {
    if (settings.tables().isEmpty()) {
      return everything;
    }
    List<TableIdentifier> chosen =
        settings.tables().stream().map(TableIdentifier::parse).distinct().toList();
    for (TableIdentifier table : chosen) {
      if (!everything.contains(table)) {
        throw new JobFailure("there is no table " + name(table));
      }
    }
    return chosen;
  }

  /** What is said of a table as a whole is said once, of its first action. */
  private Action first() {
    return settings.actions().stream().sorted().findFirst().orElseThrow();
  }

  private String name(TableIdentifier table) {
    return settings.catalog() + "." + table;
  }

  private void say(List<Cared> done, Cared cared) {
    done.add(cared);
    report.accept(cared);
  }

  /** The root of a failure, in one line. */
  private static String line(Throwable broken) {
    Throwable root = broken;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return Optional.ofNullable(root.getMessage())
        .flatMap(message -> message.strip().lines().findFirst())
        .orElse(root.getClass().getName());
  }
}
