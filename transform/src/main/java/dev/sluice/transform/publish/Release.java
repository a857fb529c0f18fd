package dev.sluice.transform.publish;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.Tables;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run's new rows: staged on a branch of each table, where nobody but the run reads them, and
 * then shown all at once.
 *
 * <p>A branch is named after the run, stands where main stood when the run first wrote to the table
 * and is gone when the run is: published with it, or dropped in {@link #close}. A run that is
 * killed leaves its branches to the next one that writes to the table; see {@link NightBranch}.
 */
public final class Release implements AutoCloseable {
  /** In a snapshot's summary: the run that made it. */
  public static final String RUN = "sluice.run";

  /** In a snapshot's summary: the day whose rows it brought. */
  public static final String DAY = "sluice.day";

  private static final Logger LOG = LoggerFactory.getLogger(Release.class);

  private final SparkSession spark;
  private final String run;
  private final String branch;
  private final PinnedTables pinned;
  private final Map<TableName, StagedTable> staged = new LinkedHashMap<>();

  /**
   * @param run what the run is called, once only
   */
  public Release(SparkSession spark, String run) {
    // A catalog is made with the settings of the thread's session, which need not be this one.
    SparkSession.setActiveSession(spark);
    reach(spark);
    this.spark = spark;
    this.run = run;
    this.branch = NightBranch.ofThisProcess(now(), run).name();
    this.pinned = new PinnedTables(spark);
  }

  /**
   * Asks the catalog for a first answer. Spark by itself takes a catalog that does not answer for
   * one that is not there, and goes on to misread the tables' names.
   */
  public static void reach(SparkSession spark) {
    String key = "spark.sql.catalog." + TableName.CATALOG;
    if (spark.conf().getOption(key).isEmpty()) {
      throw new JobFailure(
          "no catalog is called " + TableName.CATALOG + ": set " + key + " and what belongs to it");
    }
    try {
      ((org.apache.spark.sql.classic.SparkSession) spark)
          .sessionState()
          .catalogManager()
          .catalog(TableName.CATALOG);
    } catch (RuntimeException unreachable) {
      throw new JobFailure(
          "the catalog at "
              + spark.conf().get(key + ".uri", "(no uri)")
              + " cannot be used: "
              + unreachable.getMessage().lines().findFirst().orElse(""),
          unreachable);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(
        spark.sql("SELECT unix_millis(current_timestamp())").head().getLong(0));
  }

  /**
   * Fixes what a job reads at its version of now.
   *
   * @param toCome tables that the run will have staged before the job runs
   */
  public void pin(Job job, Set<TableName> toCome) {
    for (Read read : job.reads()) {
      if (!pinned.has(read.table()) && !read.optional() && !toCome.contains(read.table())) {
        pinned.read(read.table());
      }
    }
  }

  /** The tables as the run sees them: what it staged itself, and the rest as it was pinned. */
  public Tables tables() {
    return new Tables() {
      @Override
      public Dataset<Row> read(TableName name) {
        StagedTable own = staged.get(name);
        return own == null ? pinned.read(name) : PinnedTables.at(spark, name, own.tip());
      }

      @Override
      public boolean has(TableName name) {
        return staged.containsKey(name) || pinned.has(name);
      }
    };
  }

  /** The snapshots that a job would read now; none of a table that is missing or empty. */
  public Map<TableName, Long> inputs(Job job) {
    Map<TableName, Long> inputs = new HashMap<>();
    for (Read read : job.reads()) {
      Optional.ofNullable(staged.get(read.table()))
          .map(StagedTable::tip)
          .or(() -> pinned.snapshot(read.table()))
          .ifPresent(snapshot -> inputs.put(read.table(), snapshot));
    }
    return inputs;
  }

  /** Writes the rows where nobody else reads them; makes or grows the table where it must. */
  public Staged stage(Dataset<Row> rows, TableShape declared, LocalDate day) {
    TableShape shape = declared.closed(rows.schema());
    StagedTable table = staged.get(shape.name());
    if (table == null) {
      TableRefs refs = new TableGrowth(spark).grown(shape);
      dropAbandoned(refs);
      table = StagedTable.open(refs, shape, branch, run);
      staged.put(shape.name(), table);
    }
    long made =
        new BranchWriter(table, shape, Map.of(RUN, run, DAY, day.toString())).write(rows, day);
    return new Staged(shape, day, table.tip(), made);
  }

  private void dropAbandoned(TableRefs refs) {
    Instant now = now();
    List<String> dead =
        refs.refresh().refs().keySet().stream()
            .filter(
                name -> NightBranch.parse(name).filter(found -> found.abandoned(now)).isPresent())
            .toList();
    if (!dead.isEmpty()) {
      refs.change(
          base -> {
            TableMetadata.Builder changed = TableMetadata.buildFrom(base);
            dead.forEach(changed::removeRef);
            return changed.build();
          });
    }
  }

  /**
   * Shows all that is staged, in one commit to all tables where the catalog has such commits, and
   * otherwise table by table.
   *
   * @param properties what each table is told with the commit
   */
  public Publication publish(Function<TableName, Map<String, String>> properties) {
    if (staged.isEmpty()) {
      return new Publication.Together(Map.of());
    }
    Publication publication =
        new Publisher(() -> JointCommit.of(spark), properties, run)
            .publish(List.copyOf(staged.values()));
    // Their branches went with the commit.
    publication.shown().keySet().forEach(staged::remove);
    return publication;
  }

  /** Drops what is staged and was not shown. */
  @Override
  public void close() {
    for (StagedTable table : staged.values()) {
      try {
        table.refs().drop(branch);
      } catch (RuntimeException left) {
        // The next run drops it when this process is gone.
        LOG.warn("branch {} of {} could not be dropped", branch, table.name(), left);
      }
    }
    staged.clear();
  }
}
