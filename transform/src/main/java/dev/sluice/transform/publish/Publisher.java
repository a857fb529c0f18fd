package dev.sluice.transform.publish;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Shows what is staged. A commit that is refused because somebody else was faster is made again on
 * top of theirs; one whose answer is lost is looked up, for the catalog alone knows.
 */
final class Publisher {
  /** How often others may be faster. */
  private static final int TURNS = 50;

  /** How often the catalog may leave a commit unanswered. */
  private static final int UNANSWERED = 3;

  /** How often a catalog that does not answer is asked again, a second apart. */
  private static final int QUESTIONS = 10;

  private final Supplier<Optional<JointCommit>> joint;
  private final Function<TableName, Map<String, String>> properties;
  private final String run;

  /**
   * @param properties what each table is told with the commit
   */
  Publisher(
      Supplier<Optional<JointCommit>> joint,
      Function<TableName, Map<String, String>> properties,
      String run) {
    this.joint = joint;
    this.properties = properties;
    this.run = run;
  }

  /**
   * @param tables in the order they were staged: one that is read comes before its readers
   */
  Publication publish(List<StagedTable> tables) {
    Optional<JointCommit> found;
    try {
      found = joint.get();
    } catch (RuntimeException unreachable) {
      return refused(tables.get(0), "the catalog cannot be reached: " + unreachable.getMessage())
          .orElseThrow();
    }
    if (found.isEmpty()) {
      return oneByOne(tables);
    }
    try (JointCommit together = found.get()) {
      Optional<Publication.Refused> refused =
          settle(
              tables, () -> together.commit(tables.stream().map(t -> t.commit(told(t))).toList()));
      return refused.isPresent() ? refused.get() : new Publication.Together(snapshots(tables));
    } catch (JointCommit.NotOffered nothingDone) {
      return oneByOne(tables);
    }
  }

  /** Readers first: until the last commit nobody sees a table that its readers do not know. */
  private Publication oneByOne(List<StagedTable> tables) {
    List<StagedTable> order = new ArrayList<>(tables);
    Collections.reverse(order);
    List<StagedTable> done = new ArrayList<>();
    for (StagedTable table : order) {
      Optional<Publication.Refused> refused =
          settle(List.of(table), () -> table.refs().commit(table.seen(), table.shown(told(table))));
      if (refused.isPresent()) {
        return new Publication.Refused(refused.get().table(), refused.get().why(), snapshots(done));
      }
      done.add(table);
    }
    return new Publication.OneByOne(snapshots(tables));
  }

  private Map<String, String> told(StagedTable table) {
    return properties.apply(table.name());
  }

  private static Map<TableName, Map<LocalDate, Long>> snapshots(List<StagedTable> tables) {
    Map<TableName, Map<LocalDate, Long>> snapshots = new LinkedHashMap<>();
    tables.forEach(table -> snapshots.put(table.name(), table.snapshots()));
    return snapshots;
  }

  /** Makes one commit to the tables; says why not, where it cannot be made. */
  private Optional<Publication.Refused> settle(List<StagedTable> tables, Runnable commit) {
    StagedTable first = tables.get(0);
    int unanswered = 0;
    for (int turn = 1; turn <= TURNS; turn++) {
      String why;
      try {
        for (StagedTable table : tables) {
          Optional<String> hindrance = new Rebase(table, run).catchUp();
          if (hindrance.isPresent()) {
            // It may be this run's own commit of an earlier turn, made late.
            return turn > 1 && isShown(tables).orElse(false)
                ? Optional.empty()
                : refused(table, hindrance.get());
          }
        }
        commit.run();
        return Optional.empty();
      } catch (JointCommit.NotOffered oneByOne) {
        throw oneByOne;
      } catch (CommitFailedException faster) {
        why = faster.getMessage();
      } catch (RuntimeException unknown) {
        unanswered++;
        why = unknown.getMessage();
      }
      // Also after a conflict: it may be with an earlier turn of this run, answered late.
      Optional<Boolean> shown = isShown(tables);
      if (shown.isEmpty()) {
        return refused(
            first,
            "the catalog does not answer, nor say whether the night is published;"
                + " run it again when it does: "
                + why);
      }
      if (shown.get()) {
        return Optional.empty();
      }
      if (unanswered == UNANSWERED) {
        return refused(first, "the catalog did not publish it: " + why);
      }
    }
    return refused(first, "others publish all the time; run it again");
  }

  private static Optional<Publication.Refused> refused(StagedTable table, String why) {
    return Optional.of(new Publication.Refused(table.name(), why, Map.of()));
  }

  /** Whether the commit was made; nothing where the catalog cannot be asked. */
  private static Optional<Boolean> isShown(List<StagedTable> tables) {
    for (int question = 1; question <= QUESTIONS; question++) {
      try {
        return Optional.of(tables.stream().allMatch(StagedTable::isShown));
      } catch (RuntimeException silent) {
        try {
          TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
