package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.table.CommitOutcome;
import dev.sluice.ingest.table.IntervalBatch;
import dev.sluice.ingest.table.JointCommit;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableCommit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Commits an interval's rows and its dead letters: in one commit where the catalog offers that,
 * letters first and rows second where it does not.
 */
public final class RowsAndLetters {

  private final LakeConnection lake;
  private final TableCommit alone;
  private final JointCommit joint;
  private final DeadLetterBook book;
  private final int attemptsMax;

  public RowsAndLetters(
      LakeConnection lake,
      TableCommit alone,
      JointCommit joint,
      DeadLetterBook book,
      int attemptsMax) {
    this.lake = lake;
    this.alone = alone;
    this.joint = joint;
    this.book = book;
    this.attemptsMax = attemptsMax;
  }

  /**
   * Commits; the outcome is that of the rows.
   *
   * @param rows what goes into each of a stream's tables
   * @param looked up to where each shard has been looked through
   */
  public CommitOutcome commit(
      Map<TableIdentifier, IntervalBatch> rows,
      Map<LogShard, Long> looked,
      List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return rowsAlone(rows);
    }
    return lake.joinsCommits()
        ? together(rows, looked, letters)
        : lettersFirst(rows, looked, letters);
  }

  private CommitOutcome rowsAlone(Map<TableIdentifier, IntervalBatch> rows) {
    if (rows.size() > 1 && lake.joinsCommits()) {
      Optional<Map<TableIdentifier, CommitOutcome>> settled = joint.commit(rows);
      if (settled.isPresent()) {
        return all(rows, settled.get());
      }
    }
    return oneByOne(rows);
  }

  /**
   * Where it ends in between, the tables before are ahead: the shards are read again from where the
   * last stands, and the others skip what they have.
   */
  private CommitOutcome oneByOne(Map<TableIdentifier, IntervalBatch> rows) {
    Map<TableIdentifier, CommitOutcome> outcomes = new LinkedHashMap<>();
    for (Map.Entry<TableIdentifier, IntervalBatch> each : rows.entrySet()) {
      CommitOutcome outcome = alone.commit(each.getKey(), each.getValue());
      if (outcome instanceof CommitOutcome.Unsent unsent && !outcomes.isEmpty()) {
        // What is unsent is this table's part alone.
        return given(unsent.why());
      }
      if (!(outcome instanceof CommitOutcome.Committed)) {
        return outcome;
      }
      outcomes.put(each.getKey(), outcome);
    }
    return all(rows, outcomes);
  }

  /** What became of all of them: the one that says most of why it is not that they are in. */
  private static CommitOutcome all(
      Map<TableIdentifier, IntervalBatch> rows, Map<TableIdentifier, CommitOutcome> outcomes) {
    List<CommitOutcome> ofRows = rows.keySet().stream().map(outcomes::get).toList();
    for (CommitOutcome outcome : ofRows) {
      if (outcome instanceof CommitOutcome.Contradicted) {
        return outcome;
      }
    }
    for (CommitOutcome outcome : ofRows) {
      if (!(outcome instanceof CommitOutcome.Committed) && !onlyByOthers(outcome)) {
        return outcome;
      }
    }
    return ofRows.stream()
        .filter(outcome -> !(outcome instanceof CommitOutcome.Committed))
        .findFirst()
        .orElse(ofRows.get(0));
  }

  private static boolean onlyByOthers(CommitOutcome outcome) {
    return outcome instanceof CommitOutcome.Refused refused && refused.onlyByOthers();
  }

  private CommitOutcome lettersFirst(
      Map<TableIdentifier, IntervalBatch> rows,
      Map<LogShard, Long> looked,
      List<DeadLetter> letters) {
    if (book.store(letters, looked) instanceof DeadLetterBook.Storing.NotStored not) {
      return new CommitOutcome.Unsent("dead letters are not stored: " + not.why());
    }
    return oneByOne(rows);
  }

  private CommitOutcome together(
      Map<TableIdentifier, IntervalBatch> rows,
      Map<LogShard, Long> looked,
      List<DeadLetter> letters) {
    String why = "";
    for (int attempt = 0; attempt < attemptsMax; attempt++) {
      Optional<String> passedOver = book.passedOver(letters, looked);
      if (passedOver.isPresent()) {
        return attempt == 0 ? new CommitOutcome.Unsent(passedOver.get()) : given(passedOver.get());
      }
      Optional<IntervalBatch> unseen = book.fresh(letters, looked);
      if (unseen.isEmpty()) {
        // Another reader of the shard, or a worker of before, stored them alone.
        CommitOutcome outcome = rowsAlone(rows);
        // It does not know of the requests that named both.
        return attempt > 0 && outcome instanceof CommitOutcome.Unsent unsent
            ? given(unsent.why())
            : outcome;
      }
      Map<TableIdentifier, IntervalBatch> batches = new LinkedHashMap<>();
      batches.put(DeadLetterTable.IDENTIFIER, unseen.get());
      batches.putAll(rows);
      Optional<Map<TableIdentifier, CommitOutcome>> settled = joint.commit(batches);
      if (settled.isEmpty()) {
        return attempt == 0
            ? lettersFirst(rows, looked, letters)
            : given("the catalog no longer offers commits to several tables at once");
      }
      CommitOutcome ofLetters = settled.get().get(DeadLetterTable.IDENTIFIER);
      if (!rows.keySet().stream().map(settled.get()::get).allMatch(RowsAndLetters::onlyByOthers)) {
        return all(rows, settled.get());
      }
      if (ofLetters instanceof CommitOutcome.Contradicted) {
        return ofLetters;
      }
      // Another reader of the shard was here meanwhile: look again at what is left to store.
      why = "dead letters are not stored: " + ofLetters;
    }
    return given(why);
  }

  /** A request may have named the files by now, so they must be kept. */
  private static CommitOutcome given(String why) {
    return new CommitOutcome.Unknown(new IllegalStateException(why));
  }
}
