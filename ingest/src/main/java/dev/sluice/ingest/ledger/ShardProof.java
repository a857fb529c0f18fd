package dev.sluice.ingest.ledger;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.TableRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares what the table's property says of one shard with what files, dead letters and log hold.
 *
 * <p>When a topic was made anew, rows of both incarnations lie under the same shard number and
 * offsets. Then single rows cannot be told apart, and sums are compared instead, by {@link Ledger}.
 */
final class ShardProof {

  private final ColumnDecoder decoder;
  private final TableRow row;
  private final LogShard shard;
  private final ShardProgress progress;
  private final ShardFiles files;
  private final OffsetSet letters;
  private final Findings findings;
  private final Depth depth;
  private final Optional<Claims> claims;
  private final StreamReading reading;
  private final String where;

  private final OffsetRanges missing = new OffsetRanges();
  private final OffsetRanges invented = new OffsetRanges();
  private final OffsetRanges both = new OffsetRanges();
  private final OffsetRanges unreadable = new OffsetRanges();
  private final OffsetRanges elsewhere = new OffsetRanges();
  private final Map<Long, Long> sums = new HashMap<>();
  private final Set<Long> uncomparable = new HashSet<>();
  private long expected;
  private long markers;

  ShardProof(
      Stream stream,
      ColumnDecoders decoders,
      LogShard shard,
      ShardProgress progress,
      StreamReading reading,
      OffsetSet letters,
      Findings findings,
      Depth depth) {
    this.decoder = decoders.columns(stream);
    this.row = new TableRow(this.decoder.columns());
    this.shard = shard;
    this.progress = progress;
    this.reading = reading;
    this.files = reading.shards().getOrDefault(shard.partition(), new ShardFiles());
    this.letters = letters;
    this.findings = findings;
    this.depth = depth;
    this.claims =
        depth == Depth.VALUES
            ? stream.id().filter(EventId::watched).map(id -> new Claims(stream, id, progress))
            : Optional.empty();
    this.where = "shard " + shard.partition() + " (" + shard.propertyKey() + ")";
  }

  /** Files against property. */
  void compareFiles() {
    long next = progress.nextOffset();
    findings.unless(
        files.rows() == progress.totals().rows(),
        "row-count",
        where,
        "the property says " + progress.totals().rows() + " rows, the files hold " + files.rows());
    findings.unless(
        depth == Depth.PLACES || files.checksum() == progress.totals().checksum(),
        "checksum",
        where,
        String.format(
            "the property says %016x, the files' rows add up to %016x",
            progress.totals().checksum(), files.checksum()));
    findings.unless(
        files.highest() < next,
        "rows-beyond-progress",
        where,
        "the property says next offset "
            + next
            + ", "
            + files.filesNear(files.highest(), files.highest())
            + " holds offset "
            + files.highest());
    files
        .doubled()
        .forEach(
            (file, offsets) ->
                findings.wrong(
                    "doubled-offsets",
                    file,
                    "brings offsets " + offsets.text() + " of " + where + " again"));
  }

  /** Dead letters against property. */
  void compareDeadLetters() {
    long dead = 0;
    for (long offset = 0; offset < progress.nextOffset(); offset++) {
      if (letters.contains(offset)) {
        dead++;
      }
    }
    findings.unless(
        dead == progress.totals().deadLetters(),
        "dead-letter-count",
        where,
        "the property says "
            + progress.totals().deadLetters()
            + " dead letters, ops.dead_letters holds "
            + dead);
  }

  /** The offsets below the log's begin: only their number can be compared. */
  void begin(long logFrom) {
    expected = Math.min(logFrom, progress.nextOffset());
  }

  void take(ConsumerRecord<byte[], byte[]> record) {
    skipTo(record.offset());
    expected = record.offset() + 1;
    long offset = record.offset();
    boolean row = files.offsets().contains(offset);
    boolean letter = letters.contains(offset);
    if (!row && !letter) {
      missing.add(offset);
      claims.ifPresent(all -> claim(record, all));
    } else if (row && letter) {
      both.add(offset);
    } else if (row && depth == Depth.VALUES) {
      count(record);
    }
  }

  private void claim(ConsumerRecord<byte[], byte[]> record, Claims all) {
    if (record.value() != null && decoder.read(record.value()).isEmpty()) {
      all.add(record.offset(), record.timestamp(), decoder.columns());
    } else {
      all.add(record.offset());
    }
  }

  private void count(ConsumerRecord<byte[], byte[]> record) {
    long stretch = record.offset() / ShardFiles.STRETCH;
    if (record.value() != null && decoder.read(record.value()).isEmpty()) {
      if (!reading.inPlace(decoder.columns(), shard.partition(), record.offset())) {
        elsewhere.add(record.offset());
      }
      row.set(shard.partition(), record.offset(), record.timestamp());
      sums.merge(stretch, row.checksum(), Long::sum);
    } else {
      unreadable.add(record.offset());
      uncomparable.add(stretch);
    }
  }

  /** Offsets without a committed record: markers, and records of aborted transactions. */
  private void skipTo(long offset) {
    for (; expected < offset; expected++) {
      markers++;
      if (files.offsets().contains(expected)) {
        invented.add(expected);
      }
    }
  }

  /** Log against everything, once it has been read up to the property's next offset. */
  void compareLog(long logFrom) {
    skipTo(progress.nextOffset());
    compareMissing(logFrom);
    name(invented, "rows-without-record", "the files have them, the log never committed them: ");
    name(both, "doubled-offsets", "they are rows and dead letters at once: ");
    if (!unreadable.isEmpty()) {
      findings.notCompared(
          "values of offsets "
              + unreadable.text()
              + " of "
              + where
              + ": they were events once and are refused by the stream's declaration of today");
    }
    if (!elsewhere.isEmpty()) {
      findings.notCompared(
          "the table of offsets "
              + elsewhere.text()
              + " of "
              + where
              + ": they are rows of another one than the stream's route of today names");
    }
    compareBelow(logFrom);
    if (depth == Depth.VALUES && files.doubled().isEmpty()) {
      compareValues(logFrom);
    }
  }

  /** What the log has and neither files nor dead letters do must be duplicates. */
  private void compareMissing(long logFrom) {
    long duplicates = progress.totals().duplicates();
    if (claims.isPresent()) {
      reading.tables().forEach(table -> claims.get().prove(table, shard.partition()));
      OffsetRanges unproven = claims.get().unproven();
      if (claims.get().beyond() > 0) {
        findings.notCompared(
            claims.get().beyond() + " more offsets of " + where + " that should be duplicates");
      }
      name(
          unproven,
          "missing-offsets",
          "the log has them, neither files nor dead letters do, nor rows of their ids before them: ");
    } else if (missing.count() > duplicates) {
      name(
          missing,
          "missing-offsets",
          "the log has them, neither files nor dead letters do"
              + (duplicates == 0
                  ? ": "
                  : ", " + duplicates + " of them for they are duplicates: "));
    } else if (depth == Depth.VALUES && !missing.isEmpty()) {
      findings.notCompared(
          "the "
              + missing.count()
              + " duplicates of "
              + where
              + " with the rows they repeat: the stream declares no id; their number was compared");
    }
    boolean tooFew = logFrom == 0 && missing.count() < duplicates;
    if (tooFew || (claims.isPresent() && missing.count() > duplicates)) {
      findings.wrong(
          "duplicate-count",
          where,
          "the property says " + duplicates + " duplicates, log and files say " + missing.count());
    }
  }

  private void name(OffsetRanges offsets, String kind, String what) {
    if (!offsets.isEmpty()) {
      findings.wrong(kind, where, what + offsets.text());
    }
  }

  private void compareBelow(long logFrom) {
    long duplicates = progress.totals().duplicates();
    // With all of the log, duplicates were compared by themselves.
    long repeated = logFrom == 0 ? duplicates : Math.min(duplicates, missing.count());
    long allowed = progress.totals().controlRecords() + progress.totals().filtered() + duplicates;
    OffsetRanges gone = uncovered(0, Math.min(logFrom, progress.nextOffset()));
    if (logFrom > 0) {
      findings.notCompared(
          "offsets [0, "
              + logFrom
              + ") of "
              + where
              + " with the log: it begins at "
              + logFrom
              + "; they are compared by number only");
    }
    long without = markers + gone.count() + repeated;
    if (without != allowed) {
      findings.wrong(
          "control-count",
          where,
          "the property says "
              + allowed
              + " offsets are neither row nor dead letter, log and files say "
              + without
              + (gone.isEmpty() ? "" : "; before the log's begin these: " + gone.text()));
    }
  }

  /** The log is gone: the offsets that are nowhere must be as many as the property says. */
  void compareWithoutLog() {
    compareBelow(Long.MAX_VALUE);
  }

  private OffsetRanges uncovered(long from, long to) {
    OffsetRanges none = new OffsetRanges();
    for (long offset = from; offset < to; offset++) {
      if (!files.offsets().contains(offset) && !letters.contains(offset)) {
        none.add(offset);
      }
    }
    return none;
  }

  private void compareValues(long logFrom) {
    long firstWhole = (logFrom + ShardFiles.STRETCH - 1) / ShardFiles.STRETCH;
    for (long stretch = firstWhole;
        stretch * ShardFiles.STRETCH < progress.nextOffset();
        stretch++) {
      if (!uncomparable.contains(stretch)
          && sums.getOrDefault(stretch, 0L) != files.sumOfStretch(stretch)) {
        long from = stretch * ShardFiles.STRETCH;
        long to = Math.min(from + ShardFiles.STRETCH, progress.nextOffset()) - 1;
        findings.wrong(
            "values",
            where,
            "among offsets "
                + from
                + "-"
                + to
                + " a row's values are not those of the log's record; look in "
                + files.filesNear(from, to));
      }
    }
  }
}
