package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;

/**
 * How far event time came with one commit. Each shard has a property of its own, which its commits
 * move, and the table has its watermark, which is worked out from all of them on the very base a
 * commit is applied to.
 *
 * @param reached the latest event time among the rows of each shard that has any
 * @param lateness how much later than others an event may come and still be in time
 */
public record EventTimes(Map<LogShard, Instant> reached, Duration lateness) {

  /** Up to here, about, all events have arrived. */
  public static final String WATERMARK = "sluice.watermark";

  public EventTimes {
    reached = Map.copyOf(reached);
    Objects.requireNonNull(lateness, "lateness");
  }

  /** Of a table that has no watermark. */
  public static EventTimes none() {
    return new EventTimes(Map.of(), Duration.ZERO);
  }

  /** The table's watermark, if it has one that can be read. */
  public static Optional<Instant> watermark(Map<String, String> properties) {
    try {
      return Optional.ofNullable(properties.get(WATERMARK)).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Puts into a commit that takes these shards what it makes of the properties of its base. */
  void put(Map<String, String> base, Collection<LogShard> taken, UpdateProperties into) {
    if (lateness.isZero() && reached.isEmpty()) {
      return;
    }
    Map<LogShard, ShardTime> times = new HashMap<>();
    base.forEach(
        (key, text) ->
            ShardTime.ofPropertyKey(key)
                .ifPresent(
                    shard -> ShardTime.parse(text).ifPresent(time -> times.put(shard, time))));
    for (LogShard shard : taken) {
      Optional<Instant> before = Optional.ofNullable(times.get(shard)).map(ShardTime::reached);
      Optional<Instant> came = Optional.ofNullable(reached.get(shard));
      Optional<Instant> latest =
          before.isPresent() && (came.isEmpty() || before.get().isAfter(came.get()))
              ? before
              : came;
      latest.ifPresent(
          time -> {
            ShardTime now = new ShardTime(time, ShardTime.Activity.ACTIVE);
            times.put(shard, now);
            into.set(ShardTime.propertyKey(shard), now.encode());
          });
    }
    // Shards of a topic that was made anew get no more rows: they hold nothing back.
    List<ShardTime> live = new ArrayList<>();
    times.forEach(
        (shard, time) -> {
          if (taken.stream().anyMatch(now -> now.topicId().equals(shard.topicId()))) {
            live.add(time);
          }
        });
    ShardTime.watermark(live, lateness, watermark(base))
        .ifPresent(mark -> into.set(WATERMARK, mark.toString()));
  }

  /**
   * Says of shards that they are idle. It is no commit of rows: should one of the shard come at the
   * same time, the next one says that it is active.
   */
  public static void markIdle(Table table, Collection<LogShard> shards) {
    UpdateProperties update = table.updateProperties();
    boolean any = false;
    for (LogShard shard : shards) {
      String key = ShardTime.propertyKey(shard);
      Optional<ShardTime> time =
          Optional.ofNullable(table.properties().get(key)).flatMap(ShardTime::parse);
      if (time.isPresent() && time.get().activity() == ShardTime.Activity.ACTIVE) {
        update.set(key, new ShardTime(time.get().reached(), ShardTime.Activity.IDLE).encode());
        any = true;
      }
    }
    if (any) {
      update.commit();
    }
  }
}
