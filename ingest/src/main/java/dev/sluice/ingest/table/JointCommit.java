package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.Decision;
import dev.sluice.ingest.protocol.IntervalsDecision;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits one batch to each of several tables, all or none, exactly once.
 *
 * <p>The rules are those of {@link TableCommit}, kept for every table: each attempt reads all
 * tables afresh, asks the protocol about each, and sends only when every answer is to append. The
 * request requires of each table that its main branch is where it was read; so of two requests
 * built on the same tables one lands, and one still on its way fails once another has landed.
 * Nothing retries inside an attempt: a refused request begins the next one.
 *
 * <p>Data files are never deleted here, whatever happens.
 */
public final class JointCommit {

  private static final Logger LOG = LoggerFactory.getLogger(JointCommit.class);

  private final LakeConnection lake;
  private final int attemptsMax;
  private final TableCommit.Pause pause;

  public JointCommit(LakeConnection lake, int attemptsMax, TableCommit.Pause pause) {
    this.lake = lake;
    this.attemptsMax = attemptsMax;
    this.pause = pause;
  }

  /**
   * Commits. Either every table's outcome is that it is in, or nothing went in that was not there.
   * A table that could have been appended to, had the others let it, is refused with decisions that
   * say so.
   *
   * @return empty when the catalog does not offer such commits; then no request was sent
   */
  public Optional<Map<TableIdentifier, CommitOutcome>> commit(
      Map<TableIdentifier, IntervalBatch> batches) {
    RuntimeException last = new IllegalStateException("no attempt was made");
    boolean sent = false;
    for (int attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        Map<TableIdentifier, Table> tables = new LinkedHashMap<>();
        batches.keySet().forEach(name -> tables.put(name, lake.load(name)));
        Optional<Map<TableIdentifier, CommitOutcome>> settled = settled(tables, batches);
        if (settled.isPresent()) {
          return settled;
        }
        return Optional.of(send(tables, batches));
      } catch (LakeConnection.JointCommitsNotOfferedException e) {
        if (!sent) {
          return Optional.empty();
        }
        last = e;
      } catch (RuntimeException e) {
        // Refused or unknown: the next look at the tables tells which.
        LOG.warn(
            "commit to {}, attempt {} of {}: {}",
            batches.keySet(),
            attempt,
            attemptsMax,
            e.toString());
        last = e;
        sent = true;
      }
      if (attempt == attemptsMax || !pause.after(attempt)) {
        break;
      }
    }
    return Optional.of(all(batches, new CommitOutcome.Unknown(last)));
  }

  /** What became of the batches, unless all of them may be appended. */
  private static Optional<Map<TableIdentifier, CommitOutcome>> settled(
      Map<TableIdentifier, Table> tables, Map<TableIdentifier, IntervalBatch> batches) {
    Map<TableIdentifier, CommitOutcome> outcomes = new HashMap<>();
    boolean appendable = true;
    for (Map.Entry<TableIdentifier, Table> entry : tables.entrySet()) {
      IntervalBatch batch = batches.get(entry.getKey());
      CommitOutcome outcome = outcome(entry.getValue(), batch);
      outcomes.put(entry.getKey(), outcome);
      appendable &= outcome instanceof CommitOutcome.Refused refused && refused.onlyByOthers();
    }
    return appendable ? Optional.empty() : Optional.of(outcomes);
  }

  private static CommitOutcome outcome(Table table, IntervalBatch batch) {
    try {
      Map<LogShard, String> contradictions = TableCommit.contradictions(table, batch.intervals());
      if (!contradictions.isEmpty()) {
        return new CommitOutcome.Contradicted(contradictions);
      }
      IntervalsDecision decision = TableCommit.decide(table, batch.intervals());
      if (decision instanceof IntervalsDecision.AllCommitted in) {
        return new CommitOutcome.Committed(in.progress(), EventTimes.watermark(table.properties()));
      }
      if (decision instanceof IntervalsDecision.Refused refused) {
        return new CommitOutcome.Refused(refused.decisions());
      }
      Map<LogShard, Decision> appends = new HashMap<>();
      ((IntervalsDecision.AppendAll) decision)
          .progress()
          .forEach((shard, to) -> appends.put(shard, new Decision.Append(to)));
      return new CommitOutcome.Refused(appends);
    } catch (TableProgress.UnreadableProgressException e) {
      return new CommitOutcome.Contradicted(
          batch.intervals().stream()
              .collect(Collectors.toMap(interval -> interval.shard(), x -> e.getMessage())));
    }
  }

  private Map<TableIdentifier, CommitOutcome> send(
      Map<TableIdentifier, Table> tables, Map<TableIdentifier, IntervalBatch> batches) {
    List<StagedChange> changes = new ArrayList<>();
    Map<TableIdentifier, CommitOutcome> outcomes = new HashMap<>();
    for (Map.Entry<TableIdentifier, Table> entry : tables.entrySet()) {
      IntervalBatch batch = batches.get(entry.getKey());
      StagedChange change = new StagedChange(entry.getKey(), entry.getValue());
      // The transaction may have begun on a newer table than was read: its own is asked.
      IntervalsDecision decision =
          TableCommit.decide(change.transaction().table(), batch.intervals());
      if (!(decision instanceof IntervalsDecision.AppendAll append)) {
        throw new IllegalStateException(entry.getKey() + " moved while it was looked at");
      }
      Map<LogShard, ShardProgress> progress = append.progress();
      TableCommit.stage(change.transaction(), batch, progress);
      changes.add(change);
      outcomes.put(
          entry.getKey(),
          new CommitOutcome.Committed(
              progress, EventTimes.watermark(change.transaction().table().properties())));
    }
    lake.commitTogether(changes);
    return outcomes;
  }

  private static Map<TableIdentifier, CommitOutcome> all(
      Map<TableIdentifier, IntervalBatch> batches, CommitOutcome outcome) {
    Map<TableIdentifier, CommitOutcome> outcomes = new HashMap<>();
    batches.keySet().forEach(name -> outcomes.put(name, outcome));
    return outcomes;
  }
}
