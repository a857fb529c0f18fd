package dev.sluice.transform.publish;

import dev.sluice.transform.check.Checked;
import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of one task of a night.
 *
 * @param rows how many the job made; 0 where it did not run
 * @param inputs the snapshot of each table that the job could read; a table that is missing, or has
 *     no snapshot yet, is not in it. A table made earlier in the same night is there with the
 *     snapshot that was staged
 * @param seconds of making and checking
 */
public record Outcome(
    TableName table,
    LocalDate day,
    long rows,
    Map<TableName, Long> inputs,
    List<Checked> checks,
    double seconds,
    Result result) {
  /** How it ended. */
  public sealed interface Result {}

  /** Everybody sees the rows, in this snapshot or one that follows it. */
  public record Published(long snapshot) implements Result {}

  /** The night ended here: the job broke, a check failed, or the table could not be published. */
  public record Failed(String why) implements Result {}

  /** Nothing is wrong with it, and nobody sees it, because another task of the night failed. */
  public record Held(String why) implements Result {}

  public Outcome {
    inputs = Map.copyOf(inputs);
    checks = List.copyOf(checks);
  }

  /** Why nobody sees the rows, if so. */
  public Optional<String> why() {
    if (result instanceof Failed failed) {
      return Optional.of(failed.why());
    }
    return result instanceof Held held ? Optional.of(held.why()) : Optional.empty();
  }

  /** The same with another end. */
  public Outcome ended(Result other) {
    return new Outcome(table, day, rows, inputs, checks, seconds, other);
  }
}
