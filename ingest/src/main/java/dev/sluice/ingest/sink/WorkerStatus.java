package dev.sluice.ingest.sink;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One worker as people see it.
 *
 * @param trouble why it does not work at the moment, when it does not
 */
public record WorkerStatus(
    String name, String state, List<ShardStatus> shards, Optional<String> trouble) {

  public WorkerStatus {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(state, "state");
    shards = List.copyOf(shards);
    Objects.requireNonNull(trouble, "trouble");
  }

  /**
   * One shard a worker owns.
   *
   * @param nextOffset what it reads next
   * @param committedOffset what the table needs next
   * @param lag events in the log the table does not have
   * @param lagTime for how long the oldest of them has waited
   * @param watermark the event time up to which its table has all, about
   * @param window how far back duplicates are found, where they are looked for
   * @param why what it stopped for, if it has
   * @param unwritable why all of its events go to the dead letters, if they do
   */
  public record ShardStatus(
      String stream,
      int shard,
      String topicId,
      String state,
      long nextOffset,
      long committedOffset,
      long lag,
      Duration lagTime,
      Optional<Duration> window,
      Optional<Instant> watermark,
      Optional<String> why,
      Optional<String> unwritable) {

    public ShardStatus {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(topicId, "topicId");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(lagTime, "lagTime");
      Objects.requireNonNull(window, "window");
      Objects.requireNonNull(watermark, "watermark");
      Objects.requireNonNull(why, "why");
      Objects.requireNonNull(unwritable, "unwritable");
    }
  }
}
