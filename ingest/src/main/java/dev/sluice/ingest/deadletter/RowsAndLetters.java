package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.Interval;
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
import java.util.stream.Collectors;
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

  /** Commits; the outcome is that of the rows. */
  public CommitOutcome commit(TableIdentifier rows, IntervalBatch batch, List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return alone.commit(rows, batch);
    }
    Map<LogShard, Long> looked =
        batch.intervals().stream().collect(Collectors.toMap(Interval::shard, Interval::to));
    return lake.joinsCommits()
        ? together(rows, batch, letters, looked)
        : lettersFirst(rows, batch, letters, looked);
  }

  private CommitOutcome lettersFirst(
      TableIdentifier rows,
      IntervalBatch batch,
      List<DeadLetter> letters,
      Map<LogShard, Long> looked) {
    if (book.store(letters, looked) instanceof DeadLetterBook.Storing.NotStored not) {
      return new CommitOutcome.Unsent("dead letters are not stored: " + not.why());
    }
    return alone.commit(rows, batch);
  }

  private CommitOutcome together(
      TableIdentifier rows,
      IntervalBatch batch,
      List<DeadLetter> letters,
      Map<LogShard, Long> looked) {
    String why = "";
    for (int attempt = 0; attempt < attemptsMax; attempt++) {
      Optional<String> passedOver = book.passedOver(letters, looked);
      if (passedOver.isPresent()) {
        return attempt == 0 ? new CommitOutcome.Unsent(passedOver.get()) : given(passedOver.get());
      }
      Optional<IntervalBatch> unseen = book.fresh(letters, looked);
      if (unseen.isEmpty()) {
        // Another reader of the shard, or a worker of before, stored them alone.
        CommitOutcome outcome = alone.commit(rows, batch);
        // It does not know of the requests that named both.
        return attempt > 0 && outcome instanceof CommitOutcome.Unsent unsent
            ? given(unsent.why())
            : outcome;
      }
      Map<TableIdentifier, IntervalBatch> batches = new LinkedHashMap<>();
      batches.put(DeadLetterTable.IDENTIFIER, unseen.get());
      batches.put(rows, batch);
      Optional<Map<TableIdentifier, CommitOutcome>> settled = joint.commit(batches);
      if (settled.isEmpty()) {
        return attempt == 0
            ? lettersFirst(rows, batch, letters, looked)
            : given("the catalog no longer offers commits to several tables at once");
      }
      CommitOutcome ofRows = settled.get().get(rows);
      CommitOutcome ofLetters = settled.get().get(DeadLetterTable.IDENTIFIER);
      if (!(ofRows instanceof CommitOutcome.Refused refused && refused.onlyByOthers())) {
        return ofRows;
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
