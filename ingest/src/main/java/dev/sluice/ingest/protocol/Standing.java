package dev.sluice.ingest.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a table's snapshots say it stands with each shard.
 *
 * <p>A snapshot's own notes name the shards it took. A shard that nobody has written to for long is
 * in no note that is still kept, so each snapshot says beside them where all others stood. It costs
 * some ten bytes a shard and grows with nothing else. A rollback to any snapshot that does so is
 * seen by that snapshot alone, however much before it has been expired.
 *
 * @param next by shard; one of whom the snapshots say nothing is not in it
 * @param reach whether a shard that is not in it was never taken, or may have been
 */
public record Standing(Map<LogShard, Long> next, Reach reach) {

  /** How far the look at the snapshots went. */
  public enum Reach {
    /** To one that names all shards, or to the table's first. */
    ALL,
    /** To the oldest that is kept. */
    KEPT
  }

  /**
   * What one snapshot says.
   *
   * @param notes up to where it took its shards
   * @param others where the others stood, if it says so
   */
  public record Said(Map<LogShard, Long> notes, Optional<Map<LogShard, Long>> others) {
    public Said {
      notes = Map.copyOf(notes);
      others = others.map(Map::copyOf);
    }
  }

  public Standing {
    next = Map.copyOf(next);
    Objects.requireNonNull(reach, "reach");
  }

  /**
   * What the snapshots a table stands on say together: of each shard, the newest word counts.
   *
   * @param newestFirst of the chain, as far as it is kept
   * @param oldest what lies before the last of them
   */
  public static Standing of(Iterable<Said> newestFirst, Reach oldest) {
    Map<LogShard, Long> next = new HashMap<>();
    for (Said said : newestFirst) {
      said.notes().forEach(next::putIfAbsent);
      if (said.others().isPresent()) {
        said.others().get().forEach(next::putIfAbsent);
        return new Standing(next, Reach.ALL);
      }
    }
    return new Standing(next, oldest);
  }

  /** Groups by topic: {@code topicId=0:1200,1:88;topicId=0:7}. */
  public static String encode(Map<LogShard, Long> offsets) {
    StringBuilder text = new StringBuilder();
    String topic = "";
    for (Map.Entry<LogShard, Long> entry : new TreeMap<>(offsets).entrySet()) {
      LogShard shard = entry.getKey();
      if (shard.topicId().equals(topic)) {
        text.append(',');
      } else {
        topic = shard.topicId();
        text.append(text.length() == 0 ? "" : ";").append(topic).append('=');
      }
      text.append(shard.partition()).append(':').append((long) entry.getValue());
    }
    return text.toString();
  }

  /** Reads what {@link #encode} wrote; empty when it is something else. */
  public static Optional<Map<LogShard, Long>> parse(String text) {
    Map<LogShard, Long> offsets = new HashMap<>();
    if (text.isEmpty()) {
      return Optional.of(offsets);
    }
    try {
      for (String topic : text.split(";", -1)) {
        int equals = topic.lastIndexOf('=');
        for (String shard : topic.substring(equals + 1).split(",", -1)) {
          int colon = shard.indexOf(':');
          LogShard named =
              new LogShard(topic.substring(0, equals), Integer.parseInt(shard.substring(0, colon)));
          offsets.put(named, Long.parseLong(shard.substring(colon + 1)));
        }
      }
      return Optional.of(offsets);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
