package dev.sluice.ingest.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a table has taken a shard: the next offset to read and the running totals of all before
 * it.
 *
 * <p>Invariant, enforced here: the totals account for every offset before the next one.
 */
public record ShardProgress(long nextOffset, Counts totals) {

  /** The progress of a shard never read. */
  public static final ShardProgress START = new ShardProgress(0, Counts.NONE);

  private static final List<String> FIELDS =
      List.of("next", "rows", "duplicates", "deadLetters", "filtered", "control", "checksum");

  public ShardProgress {
    Objects.requireNonNull(totals, "totals");
    if (nextOffset != totals.offsets()) {
      throw new IllegalArgumentException(
          "next offset "
              + nextOffset
              + " but the totals account for "
              + totals.offsets()
              + " offsets");
    }
  }

  /** The progress of a shard of which nothing before the offset is to be taken. */
  public static ShardProgress passingOver(long offset) {
    return new ShardProgress(offset, new Counts(0, 0, 0, offset, 0, 0));
  }

  /** The progress once {@code counts} more offsets are in the table. */
  public ShardProgress plus(Counts counts) {
    return new ShardProgress(nextOffset + counts.offsets(), totals.plus(counts));
  }

  /**
   * The progress once some of its dead letters have become rows: the same offsets, accounted for
   * otherwise.
   *
   * @param checksum what the new rows count
   * @throws IllegalArgumentException when there are not so many dead letters
   */
  public ShardProgress lettersToRows(long letters, long checksum) {
    return new ShardProgress(
        nextOffset,
        totals.plus(new Counts(letters, 0, 0, 0, 0, checksum)).minusDeadLetters(letters));
  }

  /**
   * The progress once some of its dead letters have become rows of another table of its stream.
   *
   * @throws IllegalArgumentException when there are not so many dead letters
   */
  public ShardProgress lettersPassedOver(long letters) {
    return new ShardProgress(
        nextOffset, totals.plus(new Counts(0, 0, 0, letters, 0, 0)).minusDeadLetters(letters));
  }

  /** The progress of a further table of the shard's stream, which begins where this one stands. */
  public ShardProgress forFurtherTable() {
    long others = totals.rows() + totals.duplicates() + totals.filtered();
    return new ShardProgress(
        nextOffset, new Counts(0, 0, totals.deadLetters(), others, totals.controlRecords(), 0));
  }

  /**
   * The progress of the dead letters' own table once some of its rows are gone: it passed over
   * their offsets.
   *
   * @param checksum what the rows counted
   * @throws IllegalArgumentException when there are not so many rows
   */
  public ShardProgress rowsPassedOver(long rows, long checksum) {
    return new ShardProgress(
        nextOffset, totals.plus(new Counts(0, 0, 0, rows, 0, -checksum)).minusRows(rows));
  }

  /** The property value: {@code next=7,rows=5,...,checksum=<16 hex digits>}. */
  public String encode() {
    return "next="
        + nextOffset
        + ",rows="
        + totals.rows()
        + ",duplicates="
        + totals.duplicates()
        + ",deadLetters="
        + totals.deadLetters()
        + ",filtered="
        + totals.filtered()
        + ",control="
        + totals.controlRecords()
        + ",checksum="
        + String.format("%016x", totals.checksum());
  }

  /**
   * Reads a property value; empty when it is no progress at all or breaks the invariant (somebody
   * edited it): a reader then stops, for a guess here would lose or double events.
   */
  public static Optional<ShardProgress> parse(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0 || fields.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
        return Optional.empty();
      }
    }
    if (!List.copyOf(fields.keySet()).equals(FIELDS)) {
      return Optional.empty();
    }
    try {
      Counts totals =
          new Counts(
              Long.parseLong(fields.get("rows")),
              Long.parseLong(fields.get("duplicates")),
              Long.parseLong(fields.get("deadLetters")),
              Long.parseLong(fields.get("filtered")),
              Long.parseLong(fields.get("control")),
              Long.parseUnsignedLong(fields.get("checksum"), 16));
      return Optional.of(new ShardProgress(Long.parseLong(fields.get("next")), totals));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
