package dev.sluice.ingest.ledger;

import java.util.List;
import java.util.Objects;

/**
 * What a verification of one table found.
 *
 * @param verdict {@code sound} or {@code wrong}
 * @param depth {@code places} or {@code values}: how much of each row was looked at
 * @param files data files read
 * @param rows rows read in them
 * @param problems all that is wrong; empty when sound
 * @param notCompared what could not be looked at, and why; a sound verdict does not speak of it
 */
public record Verification(
    String table,
    String verdict,
    String depth,
    long files,
    long rows,
    List<Shard> shards,
    List<Problem> problems,
    List<String> notCompared,
    long elapsedMillis) {

  public static final String SOUND = "sound";
  public static final String WRONG = "wrong";

  public Verification {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(depth, "depth");
    shards = List.copyOf(shards);
    problems = List.copyOf(problems);
    notCompared = List.copyOf(notCompared);
    if (verdict.equals(SOUND) != problems.isEmpty()) {
      throw new IllegalArgumentException("a table is sound when nothing is wrong with it");
    }
  }

  /**
   * One shard: offsets [from, to) and what became of them.
   *
   * @param logFrom the first offset the log still has
   */
  public record Shard(
      String topicId,
      int shard,
      long from,
      long to,
      long rows,
      long deadLetters,
      long duplicates,
      long filtered,
      long controlRecords,
      long logFrom) {
    public Shard {
      Objects.requireNonNull(topicId, "topicId");
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param kind what sort of thing, for programs
   * @param where the property, file or shard
   * @param detail the offsets and numbers, for people
   */
  public record Problem(String kind, String where, String detail) {
    public Problem {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(where, "where");
      Objects.requireNonNull(detail, "detail");
    }
  }
}
