package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * One row of the ledger: a run tried to make one day of one table.
 *
 * @param inputs the tables it was made from
 * @param checks the checks' results, as JSON
 * @param why the reasons of one that went well; what went wrong in one that failed
 */
public record Attempt(
    String run,
    TableName table,
    LocalDate day,
    Status status,
    List<Input> inputs,
    String code,
    long rows,
    String checks,
    Instant started,
    Instant ended,
    String why) {
  /** How it ended. */
  public enum Status {
    OK,
    FAILED,
    /** Nothing was wrong with it; it was not published, for another of its night failed. */
    HELD
  }

  /**
   * A table that rows were made from.
   *
   * @param decided how it was found to have changed: {@code snapshots}, {@code fingerprints}, …;
   *     empty where it was not the reason
   */
  public record Input(TableName table, TableVersion version, String decided) {}

  public Attempt {
    inputs = List.copyOf(inputs);
  }

  public Optional<Input> input(TableName name) {
    return inputs.stream().filter(input -> input.table().equals(name)).findFirst();
  }

  public double seconds() {
    return Duration.between(started, ended).toMillis() / 1000.0;
  }
}
