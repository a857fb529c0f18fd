package dev.sluice.lake.object;

import java.time.Duration;
import java.time.InstantSource;

/** Trims change feeds and drops forgotten stages, every minute, on a thread of its own. */
final class Upkeep implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Buckets buckets;
  private final FeedTrim trim;
  private final Stages stages;
  private final InstantSource clock;
  private final Rounds rounds = new Rounds("sluice-upkeep", PAUSE, this::run);

  Upkeep(Buckets buckets, FeedTrim trim, Stages stages, InstantSource clock) {
    this.buckets = buckets;
    this.trim = trim;
    this.stages = stages;
    this.clock = clock;
  }

  void start() {
    rounds.start();
  }

  private void run(Rounds thread) {
    trim.keepOnly(buckets.all().stream().map(Bucket::name).toList());
    for (Bucket each : buckets.all()) {
      if (thread.ended()) {
        return;
      }
      once(each.name());
    }
  }

  /** What there is to do in one bucket now. */
  synchronized void once(String bucket) {
    trim.trim(bucket, clock.instant());
    stages.expire(bucket);
  }

  @Override
  public void close() {
    rounds.close();
  }
}
