package dev.sluice.ingest.chaos;

import dev.sluice.ingest.sink.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Does every {@link Fault} so many times, in an order, for lengths and to victims that a seed
 * chooses: all once, then all again. Bad weather on a wire lasts over the next fault; every fault
 * of a process ends with the process started again. After each the table must move on.
 */
final class Mischief {
  /** Each fault comes once; on a busy machine not all of them come again. */
  private static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("chaos.seconds", 120));

  private static final Duration RECOVERY = Duration.ofSeconds(75);
  private static final Duration OPPORTUNITY = Duration.ofSeconds(8);

  /** Files are merged after every eighth commit of one of the sinks. */
  private static final Duration LAST_OPPORTUNITY = Duration.ofSeconds(25);

  private final Cluster cluster;
  private final Random random;
  private final List<Fault> deck = new ArrayList<>();
  private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
  private final long begin = System.nanoTime();
  private boolean badWeather;
  private long covered;

  Mischief(Cluster cluster, long seed) {
    this.cluster = cluster;
    this.random = new Random(seed);
    List<Fault> again = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      deck.add(fault);
      again.addAll(Collections.nCopies(fault.times() - 1, fault));
    }
    Collections.shuffle(deck, random);
    Collections.shuffle(again, random);
    deck.addAll(again);
  }

  /** Plays all; how often each fault was met at the moment it was meant for. */
  Map<Fault, Integer> play() throws Exception {
    for (int played = 0; played < deck.size(); played++) {
      if (played >= Fault.values().length && System.nanoTime() - begin > PATIENCE.toNanos()) {
        say("enough: " + (deck.size() - played) + " repetitions are left out");
        break;
      }
      Fault fault = deck.get(played);
      say(fault.toString());
      Node sink = cluster.sinks.get(random.nextInt(Cluster.SINKS));
      boolean wasBad = badWeather;
      play(fault, sink);
      if (wasBad) {
        cluster.clearWeather();
        badWeather = false;
      }
      if (!badWeather) {
        awaitProgress(fault);
      }
    }
    cluster.clearWeather();
    return done;
  }

  private void play(Fault fault, Node sink) throws Exception {
    switch (fault) {
      case SINK_KILLED -> {
        sink.kill();
        met(fault);
        pass(100, 1_500);
        sink.start();
      }
      case SINK_KILLED_BEFORE_ITS_COMMIT_ARRIVES -> killAt(fault, Wire.Moment.COMMIT_ASKED);
      case SINK_KILLED_BEFORE_IT_HEARS_OF_ITS_COMMIT -> killAt(fault, Wire.Moment.COMMIT_ANSWERED);
      case SINK_KILLED_IN_A_MERGE ->
          killAt(fault, eitherOf(Wire.Moment.MERGE_ASKED, Wire.Moment.MERGE_ANSWERED));
      case SINK_FROZEN_IN_A_COMMIT ->
          freezeAt(fault, eitherOf(Wire.Moment.COMMIT_ASKED, Wire.Moment.COMMIT_ANSWERED));
      case SINK_FROZEN -> {
        sink.freeze();
        met(fault);
        pass(4_500, 7_000);
        sink.thaw();
      }
      case LAKE_KILLED -> {
        cluster.lake.kill();
        met(fault);
        pass(100, 2_000);
        cluster.lake.start();
      }
      case DISK_FULL -> {
        cluster.lake.end();
        cluster.lake.start(Map.of("SLUICE_OBJECTS_FREE_SPACE", "1000000GiB"));
        met(fault);
        pass(1_000, 2_500);
        cluster.lake.kill();
        cluster.lake.start();
      }
      case BROKER_KILLED -> {
        cluster.broker.kill();
        met(fault);
        pass(100, 1_500);
        cluster.broker.start();
      }
      case BROKER_STOPPED -> {
        cluster.broker.end();
        met(fault);
        cluster.broker.start();
      }
      case CATALOG_ERRORS -> catalogs(fault, Wire.Weather.ERRORS);
      case CATALOG_ANSWERS_LOST -> catalogs(fault, Wire.Weather.LOST_ANSWERS);
      case CATALOG_STALLS -> catalogs(fault, Wire.Weather.STALLED);
      case STORE_ERRORS -> store(fault, Wire.Weather.ERRORS);
      case STORE_ANSWERS_LOST -> store(fault, Wire.Weather.LOST_ANSWERS);
      case STORE_STALLS -> store(fault, Wire.Weather.STALLED);
      case STORE_SLOW -> store(fault, Wire.Weather.SLOW);
    }
  }

  /** Of both sinks the one that comes to this moment first is killed there. */
  private void killAt(Fault fault, Wire.Moment moment) throws Exception {
    ambush(fault, moment, Mischief::kill);
    pass(100, 1_000);
    for (Node sink : cluster.sinks) {
      if (!sink.runs()) {
        sink.start();
      }
    }
  }

  /** It stands still with a commit on its way, which others know nothing of, and goes on later. */
  private void freezeAt(Fault fault, Wire.Moment moment) throws Exception {
    Optional<Node> frozen = ambush(fault, moment, Mischief::freeze);
    pass(4_500, 7_000);
    if (frozen.isPresent()) {
      frozen.get().thaw();
    }
  }

  /** Whom it befell; in bad weather it may take better weather before anybody commits. */
  private Optional<Node> ambush(Fault fault, Wire.Moment moment, Consumer<Node> deed)
      throws Exception {
    CompletableFuture<Node> fallen = new CompletableFuture<>();
    for (int i = 0; i < Cluster.SINKS; i++) {
      Node sink = cluster.sinks.get(i);
      cluster
          .catalogs
          .get(i)
          .lieInWait(
              moment,
              () -> {
                synchronized (fallen) {
                  if (!fallen.isDone()) {
                    deed.accept(sink);
                    fallen.complete(sink);
                  }
                }
              });
    }
    Optional<Node> victim = within(fallen, OPPORTUNITY);
    if (victim.isEmpty()) {
      cluster.clearWeather();
      victim = within(fallen, LAST_OPPORTUNITY);
    }
    cluster.catalogs.forEach(Wire::giveUp);
    if (victim.isPresent()) {
      met(fault);
    }
    return victim;
  }

  private static Optional<Node> within(CompletableFuture<Node> fallen, Duration most)
      throws InterruptedException, ExecutionException {
    try {
      return Optional.of(fallen.get(most.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private Wire.Moment eitherOf(Wire.Moment one, Wire.Moment other) {
    return random.nextBoolean() ? one : other;
  }

  private static void kill(Node sink) {
    try {
      sink.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void freeze(Node sink) {
    try {
      sink.freeze();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void catalogs(Fault fault, Wire.Weather weather) throws Exception {
    cluster.catalogs.get(random.nextInt(Cluster.SINKS)).weather(weather);
    if (random.nextBoolean()) {
      cluster.catalogs.forEach(wire -> wire.weather(weather));
    }
    lastOn(fault);
  }

  private void store(Fault fault, Wire.Weather weather) throws Exception {
    cluster.store.weather(weather);
    lastOn(fault);
  }

  private void lastOn(Fault fault) throws InterruptedException {
    badWeather = true;
    met(fault);
    pass(500, 2_500);
  }

  private void met(Fault fault) {
    done.merge(fault, 1, Integer::sum);
  }

  private void pass(int atLeastMillis, int atMostMillis) throws InterruptedException {
    int millis = atLeastMillis + random.nextInt(atMostMillis - atLeastMillis);
    if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("nobody counts this down");
    }
  }

  /** Invariants: the table never goes back, and goes on once what was wrong is over. */
  private void awaitProgress(Fault fault) throws Exception {
    long before = covered;
    Await.until(
        "the table goes on after " + fault + ", from " + before,
        RECOVERY,
        () -> {
          OptionalLong now = cluster.covered();
          if (now.isPresent() && now.getAsLong() < covered) {
            throw new AssertionError("the table went back from " + covered + " to " + now);
          }
          covered = now.orElse(covered);
          return covered > before;
        });
    say("goes on at " + covered);
  }

  private void say(String what) {
    System.out.printf("%6.1f s %s%n", (System.nanoTime() - begin) / 1e9, what);
  }
}
