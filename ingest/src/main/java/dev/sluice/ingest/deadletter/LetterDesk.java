package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.table.FileRows;
import dev.sluice.ingest.table.LakeConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Shows dead letters to people: by their reasons, the latest of them, and single ones whole. */
public final class LetterDesk {

  /**
   * The letters of one stream that have one reason.
   *
   * @param first when the earliest of them was received
   * @param last and the latest
   */
  record Reason(String stream, String reason, long count, Instant first, Instant last) {
    private Reason and(Instant received) {
      return new Reason(
          stream,
          reason,
          count + 1,
          received.isBefore(first) ? received : first,
          received.isAfter(last) ? received : last);
    }
  }

  /** All reasons, and the letters received last, the latest first. */
  record Listing(List<Reason> reasons, List<KeptLetter> letters) {
    Listing {
      reasons = List.copyOf(reasons);
      letters = List.copyOf(letters);
    }
  }

  private static final Comparator<KeptLetter> BY_RECEIPT =
      Comparator.comparing((KeptLetter kept) -> kept.letter().receivedAt())
          .thenComparing(kept -> kept.letter().shard())
          .thenComparing(kept -> kept.letter().offset());

  private final LakeConnection lake;

  public LetterDesk(LakeConnection lake) {
    this.lake = lake;
  }

  /** Counts all letters that are meant and names so many of them. */
  Listing list(LetterFilter filter, int limit) {
    Map<String, Reason> reasons = new TreeMap<>();
    PriorityQueue<KeptLetter> latest = new PriorityQueue<>(BY_RECEIPT);
    each(
        filter,
        kept -> {
          DeadLetter letter = kept.letter();
          Instant received = letter.receivedAt();
          reasons.merge(
              letter.stream() + " " + letter.reason(),
              new Reason(letter.stream(), letter.reason(), 1, received, received),
              (all, one) -> all.and(received));
          latest.add(kept);
          if (latest.size() > limit) {
            latest.remove();
          }
        });
    List<KeptLetter> letters = new ArrayList<>(latest);
    letters.sort(BY_RECEIPT.reversed());
    return new Listing(List.copyOf(reasons.values()), letters);
  }

  /** Why a letter is one. */
  public record Refusal(String reason, String detail) {
    public Refusal {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }

  /** Why the record at this place is a dead letter, if it is. */
  public Optional<Refusal> refusal(String stream, LogShard shard, long offset) {
    return find(stream, shard.partition(), offset).stream()
        .map(KeptLetter::letter)
        .filter(letter -> letter.shard().equals(shard))
        .map(letter -> new Refusal(letter.reason(), letter.detail()))
        .findFirst();
  }

  /** The letters at one place: more than one only where a topic was made anew. */
  List<KeptLetter> find(String stream, int shard, long offset) {
    List<KeptLetter> found = new ArrayList<>();
    each(
        new LetterFilter(
            Optional.of(stream), Optional.empty(), Optional.of(shard), Optional.of(offset)),
        found::add);
    return found;
  }

  private void each(LetterFilter filter, Consumer<KeptLetter> taker) {
    Optional<Table> table = lake.find(DeadLetterTable.IDENTIFIER);
    if (table.isEmpty()) {
      return;
    }
    try (CloseableIterable<FileScanTask> tasks =
        table.get().newScan().filter(filter.expression()).planFiles()) {
      for (FileScanTask task : tasks) {
        try (CloseableIterable<Record> rows =
            FileRows.of(table.get(), task, table.get().schema())) {
          for (Record row : rows) {
            if (filter.matches(row)) {
              taker.accept(DeadLetterTable.read(row));
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
