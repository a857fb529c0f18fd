package dev.sluice.ingest.sink;

import dev.sluice.ingest.protocol.CommitPace;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.EventTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the group at work: takes records of its shards, sends what is due on its way to the
 * table, and follows the group's changes of hands. All of it happens on the worker's thread, the
 * group's callbacks included; only closing files and committing is done by others meanwhile.
 *
 * <p>Rows of several shards share files. So whenever one shard's interval cannot be committed, all
 * that is held for its table is let go, and every shard of the table is read again from where the
 * table stands.
 */
final class ShardPump implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(ShardPump.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final Streams streams;
  private final SinkSettings settings;
  private final CommitPace pace;
  private final HeldBound bound;
  private final ShardJoiner joiner;
  private final IntervalCommitter committer;
  private final String worker;
  private final SinkMeters meters;
  private final Halt halt;
  private final InstantSource clock;
  private final Consumer<List<WorkerStatus.ShardStatus>> watcher;
  private final Executor commits;
  private final FileCare care;
  private final Holdings holdings;
  private Set<String> subscribed = Set.of();

  /** Once set, nothing is committed: after a failure, what is held and counted may differ. */
  private boolean over;

  ShardPump(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Streams streams,
      SinkSettings settings,
      ShardJoiner joiner,
      IntervalCommitter committer,
      String worker,
      SinkMeters meters,
      Halt halt,
      InstantSource clock,
      Executor commits,
      FileCare care,
      Function<Stream, TableTrack> opening,
      Consumer<List<WorkerStatus.ShardStatus>> watcher) {
    this.consumer = consumer;
    this.streams = streams;
    this.settings = settings;
    this.pace = settings.pace();
    this.bound = new HeldBound(settings);
    this.joiner = joiner;
    this.committer = committer;
    this.worker = worker;
    this.meters = meters;
    this.halt = halt;
    this.clock = clock;
    this.commits = commits;
    this.care = care;
    this.holdings = new Holdings(opening);
    this.watcher = watcher;
  }

  /** Works until told to end. */
  void run() {
    try {
      while (!halt.told()) {
        takeUpStreams();
        joinShards();
        ConsumerRecords<byte[], byte[]> records = poll();
        // An event that was accepted by a new declaration is never read by the one before.
        takeUpStreams();
        take(records);
        commitDue();
        careDue();
        show();
      }
      if (!halt.hard()) {
        holdings.tables().forEach(this::commitNow);
      }
    } finally {
      over = true;
    }
  }

  /** Shows no shards any more: whoever owns them shows them. */
  void end() {
    holdings.places().forEach(meters::gone);
    watcher.accept(List.of());
  }

  /**
   * Reads the topics of the streams there are, and each stream as it is declared now. What was read
   * of one that is declared anew is committed as it was; then its shards are read on from where the
   * table stands, as if the worker had begun anew.
   */
  private void takeUpStreams() {
    Set<String> topics = streams.topics();
    if (!topics.equals(subscribed)) {
      consumer.subscribe(topics, this);
      subscribed = topics;
    }
    for (TableTrack table : List.copyOf(holdings.tables())) {
      Optional<Stream> now = streams.find(table.stream().name());
      if (now.isEmpty() && holdings.shardsOf(table).isEmpty()) {
        holdings.forget(table);
        meters.forget(table.stream().name());
      } else if (now.isPresent() && !now.get().equals(table.stream())) {
        LOG.info("{} is taken up in version {}", now.get().name(), now.get().version());
        commitNow(table);
        holdings.redeclare(table, now.get()).forEach(joiner::park);
      }
    }
  }

  private void joinShards() {
    Instant patience = clock.instant().minus(settings.pauseMax());
    // Beyond it the others stay parked until the group has heard of this worker again.
    Instant enough = clock.instant().plus(settings.pollLimit().dividedBy(4));
    for (ShardTrack track : holdings.shards()) {
      if (track.state() instanceof ShardState.Stopped stopped
          && stopped.since().isBefore(patience)) {
        track.rejoin();
      }
      if (track.state() instanceof ShardState.Joining && clock.instant().isBefore(enough)) {
        joiner.join(track, holdings.table(track));
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (InvalidOffsetException e) {
      // The log no longer holds what some shard reads next. Which one, joining again finds out.
      LOG.warn("{}", e.getMessage());
      holdings.tables().forEach(this::commitNow);
      e.partitions().stream()
          .flatMap(place -> holdings.find(place).stream())
          .forEach(track -> letGo(holdings.table(track)));
      return ConsumerRecords.empty();
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    Instant now = clock.instant();
    for (TopicPartition place : records.partitions()) {
      Optional<ShardTrack> found = holdings.find(place).filter(ShardTrack::reading);
      if (found.isEmpty()) {
        continue;
      }
      ShardTrack track = found.get();
      TableTrack table = holdings.table(track);
      try {
        for (ConsumerRecord<byte[], byte[]> record : records.records(place)) {
          RecordTaker.take(record, track, table, now);
        }
      } catch (RecordTaker.NotTakenException e) {
        // What was taken before it is whole.
        commitNow(table);
        joiner.stop(track, e.getMessage());
      } catch (IllegalStateException e) {
        // Not the table's fault: the log, or this worker, is not as it should be.
        throw e;
      } catch (RuntimeException e) {
        writingFailed(table, e);
      }
    }
    passOverMarkers(now);
  }

  /**
   * Transaction markers and aborted records at a shard's end show only in the consumer's position.
   */
  private void passOverMarkers(Instant now) {
    for (ShardTrack track : holdings.shards()) {
      if (!track.reading()) {
        continue;
      }
      long position = consumer.position(track.place(), settings.catalogTimeout());
      if (position > track.position()) {
        track.passOver(position);
        holdings.table(track).read(0, now.toEpochMilli(), now);
      }
      consumer.currentLag(track.place()).ifPresent(track::behind);
      track.quiet(now);
    }
  }

  private void commitDue() {
    Instant now = clock.instant();
    bound.keepWithinMemory(
        holdings.tables(), () -> holdings.tables().forEach(this::settle), this::writingFailed);
    boolean full = bound.full(holdings.tables());
    for (TableTrack table : holdings.tables()) {
      boolean sendNow = full && table.held().since().isPresent();
      if (sendNow || table.flight().map(Flight::over).orElse(false)) {
        settle(table);
      }
      if (table.flight().isEmpty() && (sendNow || due(table, now))) {
        send(table);
      }
    }
  }

  private void careDue() {
    Instant now = clock.instant();
    Map<TableIdentifier, List<LogShard>> idle = new HashMap<>();
    for (ShardTrack track : holdings.shards()) {
      Optional<LogShard> quiet = track.turnsIdle(now, settings.idleAfter());
      boolean cares = track.reading() && FileCare.cares(track);
      for (TableIdentifier name : holdings.table(track).destinations().tables()) {
        quiet.ifPresent(s -> idle.computeIfAbsent(name, none -> new ArrayList<>()).add(s));
        if (cares) {
          care.sortOutDue(track.stream().name(), name, now);
        }
      }
    }
    idle.forEach((name, shards) -> commits.execute(() -> committer.markIdle(name, shards)));
  }

  private boolean due(TableTrack table, Instant now) {
    Duration patience = pace.after(table.lastCost());
    return table.held().since().filter(since -> !now.isBefore(since.plus(patience))).isPresent();
  }

  private void commitNow(TableTrack table) {
    settle(table);
    send(table);
    settle(table);
  }

  /** Sends what is held on its way; reading goes on meanwhile. */
  private void send(TableTrack table) {
    List<ShardTrack> shards = holdings.shardsOf(table).stream().filter(ShardTrack::holds).toList();
    if (shards.isEmpty()) {
      table.discard();
      return;
    }
    List<ShardIntervals> taken = shards.stream().map(ShardTrack::send).toList();
    Map<LogShard, Instant> reached = new HashMap<>();
    shards.forEach(s -> s.reached().ifPresent(at -> reached.put(s.shard().orElseThrow(), at)));
    EventTimes times = new EventTimes(reached, settings.lateness());
    Held held = table.held();
    table.send(
        new Flight(
            shards,
            table.days(held),
            held.memory(),
            CompletableFuture.supplyAsync(
                () -> committer.commit(table.stream(), held, taken, times), commits)));
  }

  /** Waits for what is on its way, and takes up from there. */
  private void settle(TableTrack table) {
    if (table.flight().isEmpty()) {
      return;
    }
    Flight flight = table.flight().get();
    IntervalCommitter.Outcome outcome = flight.await();
    if (outcome instanceof IntervalCommitter.Outcome.Done done) {
      table.landed(done);
      for (ShardTrack track : flight.shards()) {
        track.landed(done.next().get(track.shard().orElseThrow()));
      }
      if (holdings.shardsOf(table).stream().anyMatch(FileCare::cares)) {
        care.committed(table.stream().name(), flight.days());
      }
      return;
    }
    // What is held follows what was dropped: it cannot be committed without it.
    table.dropped();
    table.discard();
    Map<LogShard, String> why = ((IntervalCommitter.Outcome.ReadAgain) outcome).stopped();
    Map<ShardTrack, String> stopped = new HashMap<>();
    for (ShardTrack track : holdings.shardsOf(table)) {
      track.shard().filter(why::containsKey).ifPresent(s -> stopped.put(track, why.get(s)));
    }
    readAgain(table, stopped);
  }

  /** Drops what is held for a table; its shards are read again from where the table stands. */
  private void letGo(TableTrack table) {
    settle(table);
    table.discard();
    readAgain(table, Map.of());
  }

  /** Files of one table cannot be written: its shards wait, those of the others go on. */
  private void writingFailed(TableTrack table, RuntimeException failure) {
    LOG.warn("files of {} cannot be written", table.stream().name(), failure);
    settle(table);
    table.discard();
    Map<ShardTrack, String> why = new HashMap<>();
    for (ShardTrack track : holdings.shardsOf(table)) {
      if (track.reading()) {
        why.put(track, IntervalCommitter.describe(failure));
      }
    }
    readAgain(table, why);
  }

  private void readAgain(TableTrack table, Map<ShardTrack, String> stopped) {
    for (ShardTrack track : holdings.shardsOf(table)) {
      if (stopped.containsKey(track)) {
        joiner.stop(track, stopped.get(track));
      } else if (track.reading()) {
        track.rejoin();
        joiner.park(track.place());
      }
    }
  }

  private void show() {
    Instant now = clock.instant();
    List<WorkerStatus.ShardStatus> statuses = new ArrayList<>();
    for (ShardTrack track : holdings.shards()) {
      Optional<Instant> mark = holdings.watermark(track.stream());
      mark.ifPresent(at -> meters.watermark(track.stream().name(), at));
      WorkerStatus.ShardStatus status = track.status(now, mark);
      meters.shard(track.place(), status);
      statuses.add(status);
    }
    meters.memory(worker, HeldBound.memory(holdings.tables()));
    watcher.accept(statuses);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> places) {
    for (TopicPartition place : places) {
      streams.inTopic(place.topic()).ifPresent(stream -> holdings.take(place, stream));
      // One of a stream that was deleted meanwhile too, until the group takes it away.
      joiner.park(place);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> places) {
    if (!over) {
      holdings.tablesOf(places).forEach(this::commitNow);
    }
    remove(places);
  }

  /**
   * Too late to commit: others read these shards already. What is held with theirs is read again.
   */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> places) {
    if (over) {
      return;
    }
    LOG.warn("lost {}", places);
    holdings.tablesOf(places).forEach(this::letGo);
    remove(places);
  }

  private void remove(Collection<TopicPartition> places) {
    places.forEach(
        place -> {
          holdings.remove(place);
          meters.gone(place);
        });
  }
}
