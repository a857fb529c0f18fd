package dev.sluice.transform.care;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.report.Cared;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What one run of table care is to do.
 *
 * @param catalog what Spark calls the catalog
 * @param tables {@code namespace.table} each; none are all of them
 * @param actions what is done for each table
 * @param effect whether anything is changed
 * @param orphans how far files that nobody names are taken
 * @param policy for tables that do not say otherwise by their properties
 * @param now the time of the run, which says what is closed, old or due
 */
public record CareSettings(
    String catalog,
    List<String> tables,
    Set<Cared.Action> actions,
    Effect effect,
    Orphans orphans,
    Policy policy,
    Instant now) {

  /** Whether a run changes anything. */
  public enum Effect {
    TELL,
    CHANGE
  }

  /** How far orphans are taken; each step includes those before. */
  public enum Orphans {
    /** They are counted. */
    REPORT,
    /** They are noted, each with the time it was first found. */
    QUARANTINE,
    /** Those that were noted long enough ago, and are orphans still, are deleted. */
    DELETE
  }

  public CareSettings {
    tables = List.copyOf(tables);
    actions = Set.copyOf(actions);
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("table care without an action");
    }
    for (String table : tables) {
      if (table.split("\\.", -1).length != 2) {
        throw new IllegalArgumentException(
            "'" + table + "' is no table; write it as raw.app_events");
      }
    }
  }

  /** Everything for every table, orphans only reported: what a schedule runs each night. */
  public static CareSettings nightly(Instant now) {
    return new CareSettings(
        TableName.CATALOG,
        List.of(),
        Set.of(Cared.Action.values()),
        Effect.CHANGE,
        Orphans.REPORT,
        Policy.standard(),
        now);
  }

  /** The same at another time. */
  public CareSettings at(Instant time) {
    return new CareSettings(catalog, tables, actions, effect, orphans, policy, time);
  }
}
