package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.table.CommitOutcome;
import dev.sluice.ingest.table.EventTimes;
import dev.sluice.ingest.table.IntervalBatch;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.RowForm;
import dev.sluice.ingest.table.TableCommit;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Stores dead letters exactly once. {@link RowsAndLetters} says when alone and when with their
 * interval's rows.
 *
 * <p>{@code ops.dead_letters} carries progress of its own for each shard: the offsets before it
 * have been looked through, those that were dead are in. Where tables commit one by one, an
 * interval's letters are committed here first, its rows second. A worker that dies in between
 * leaves this table ahead; whoever reads the interval again skips here what is covered.
 */
public final class DeadLetterBook {

  /** Whether the letters are safe. */
  public sealed interface Storing {

    /** They are in the table. */
    record Stored() implements Storing {}

    /** They are not, or nobody can say: the interval they belong to must not be committed. */
    record NotStored(String why) implements Storing {
      public NotStored {
        Objects.requireNonNull(why, "why");
      }
    }
  }

  /**
   * What this table has of a shard beyond an offset.
   *
   * @param to offsets before this one have been looked through
   * @param letters those of them, from the asked one on, that are in as dead letters
   */
  public record Cover(long to, Set<Long> letters) {
    public Cover {
      letters = Set.copyOf(letters);
    }
  }

  private final LakeConnection lake;
  private final TableCommit commit;
  private final String worker;
  private final int attemptsMax;
  private final int openFilesMax;
  private final Supplier<UUID> ids;

  public DeadLetterBook(
      LakeConnection lake,
      TableCommit commit,
      String worker,
      int attemptsMax,
      int openFilesMax,
      Supplier<UUID> ids) {
    this.lake = lake;
    this.commit = commit;
    this.worker = worker;
    this.attemptsMax = attemptsMax;
    this.openFilesMax = openFilesMax;
    this.ids = ids;
  }

  /**
   * Stores the letters; {@code looked} says up to where each of their shards has been looked
   * through.
   */
  public Storing store(List<DeadLetter> letters, Map<LogShard, Long> looked) {
    String why = "";
    Optional<String> passedOver = passedOver(letters, looked);
    if (passedOver.isPresent()) {
      return new Storing.NotStored(passedOver.get());
    }
    for (int attempt = 0; attempt < attemptsMax; attempt++) {
      Optional<IntervalBatch> batch = fresh(letters, looked);
      if (batch.isEmpty()) {
        return new Storing.Stored();
      }
      CommitOutcome outcome = commit.commit(DeadLetterTable.IDENTIFIER, batch.get());
      if (outcome instanceof CommitOutcome.Committed) {
        return new Storing.Stored();
      }
      if (outcome instanceof CommitOutcome.Contradicted contradicted) {
        return new Storing.NotStored(contradicted.why().values().iterator().next());
      }
      if (outcome instanceof CommitOutcome.Unknown unknown) {
        return new Storing.NotStored(unknown.cause().toString());
      }
      // Another reader of the shard was here meanwhile: look again at what is left to store.
      if (outcome instanceof CommitOutcome.Unsent unsent) {
        why = unsent.why();
        continue;
      }
      why = TableCommit.describe(((CommitOutcome.Refused) outcome).decisions());
    }
    return new Storing.NotStored(why);
  }

  /** A letter that another reader of the shard looked through and took for an event. */
  Optional<String> passedOver(List<DeadLetter> letters, Map<LogShard, Long> looked) {
    for (LogShard shard : looked.keySet()) {
      List<Long> offsets =
          letters.stream().filter(l -> l.shard().equals(shard)).map(DeadLetter::offset).toList();
      if (offsets.isEmpty()) {
        continue;
      }
      Cover cover = cover(shard, Collections.min(offsets));
      for (long offset : offsets) {
        if (offset < cover.to() && !cover.letters().contains(offset)) {
          return Optional.of(
              "offset " + offset + " of shard " + shard + " was an event to another worker");
        }
      }
    }
    return Optional.empty();
  }

  /** What of the letters is not in yet, as the table stands now. */
  Optional<IntervalBatch> fresh(List<DeadLetter> letters, Map<LogShard, Long> looked) {
    Table table = lake.open(DeadLetterTable.layout());
    IntervalFiles<Record> files =
        new IntervalFiles<>(
            table, RowForm.ofRecords(table.schema()), Map.of(), ids.get(), openFilesMax);
    List<Interval> intervals = new ArrayList<>();
    SortedSet<LocalDate> days = new TreeSet<>();
    for (Map.Entry<LogShard, Long> entry : looked.entrySet()) {
      LogShard shard = entry.getKey();
      long from = TableProgress.of(table, shard).orElse(ShardProgress.START).nextOffset();
      List<DeadLetter> unseen =
          letters.stream().filter(l -> l.shard().equals(shard) && l.offset() >= from).toList();
      if (unseen.isEmpty()) {
        continue;
      }
      long checksum = 0;
      for (DeadLetter letter : unseen) {
        files.add(DeadLetterTable.row(table.schema(), letter));
        checksum += DeadLetterTable.checksum(letter);
        days.add(LocalDate.ofInstant(letter.receivedAt(), ZoneOffset.UTC));
      }
      long others = entry.getValue() - from - unseen.size();
      intervals.add(
          new Interval(
              shard, from, entry.getValue(), new Counts(unseen.size(), 0, 0, others, 0, checksum)));
    }
    if (intervals.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new IntervalBatch(worker, intervals, files.finish(), days, EventTimes.none()));
  }

  /** What is here of a shard from an offset on. */
  public Cover cover(LogShard shard, long from) {
    Optional<Table> table = lake.find(DeadLetterTable.IDENTIFIER);
    long to =
        table
            .flatMap(found -> TableProgress.of(found, shard))
            .orElse(ShardProgress.START)
            .nextOffset();
    if (to <= from) {
      return new Cover(to, Set.of());
    }
    Set<Long> letters = new HashSet<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table.orElseThrow())
            .where(
                Expressions.and(
                    Expressions.equal(DeadLetterTable.TOPIC_ID, shard.topicId()),
                    Expressions.equal(TableLayout.SHARD, shard.partition()),
                    Expressions.greaterThanOrEqual(TableLayout.OFFSET, from)))
            .select(TableLayout.OFFSET)
            .build()) {
      rows.forEach(row -> letters.add((Long) row.getField(TableLayout.OFFSET)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Cover(to, letters);
  }
}
