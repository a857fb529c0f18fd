package dev.sluice.ingest.sink;

import dev.sluice.ingest.protocol.CommitPace;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.IntervalFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the group at work: takes records of its shards, commits what is due, and follows
 * the group's changes of hands. All of it happens on the worker's thread, the group's callbacks
 * included.
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
  private final ShardJoiner joiner;
  private final RecordTaker taker;
  private final IntervalCommitter committer;
  private final SinkMeters meters;
  private final Halt halt;
  private final InstantSource clock;
  private final Consumer<List<WorkerStatus.ShardStatus>> watcher;
  private final Function<Table, IntervalFiles> writing;
  private final Map<TopicPartition, ShardTrack> tracks = new HashMap<>();
  private final Map<String, TableTrack> tables = new HashMap<>();

  /**
   * Once set, nothing is committed: after a failure, what is held and what is counted may differ.
   */
  private boolean over;

  ShardPump(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Streams streams,
      SinkSettings settings,
      ShardJoiner joiner,
      RecordTaker taker,
      IntervalCommitter committer,
      SinkMeters meters,
      Halt halt,
      InstantSource clock,
      Function<Table, IntervalFiles> writing,
      Consumer<List<WorkerStatus.ShardStatus>> watcher) {
    this.consumer = consumer;
    this.streams = streams;
    this.settings = settings;
    this.pace = settings.pace();
    this.joiner = joiner;
    this.taker = taker;
    this.committer = committer;
    this.meters = meters;
    this.halt = halt;
    this.clock = clock;
    this.writing = writing;
    this.watcher = watcher;
  }

  /** Works until told to end. */
  void run() {
    try {
      consumer.subscribe(streams.names(), this);
      while (!halt.told()) {
        joinShards();
        take(poll());
        commitDue();
        show();
      }
      if (!halt.hard()) {
        tables.values().forEach(this::commit);
      }
    } finally {
      over = true;
    }
  }

  /** Shows no shards any more: whoever owns them shows them. */
  void end() {
    tracks.keySet().forEach(meters::gone);
    watcher.accept(List.of());
  }

  private void joinShards() {
    Instant patience = clock.instant().minus(settings.pauseMax());
    for (ShardTrack track : tracks.values()) {
      if (track.state() instanceof ShardState.Stopped stopped
          && stopped.since().isBefore(patience)) {
        track.rejoin();
      }
      if (track.state() instanceof ShardState.Joining) {
        joiner.join(track, table(track));
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (InvalidOffsetException e) {
      // The log no longer holds what some shard reads next. Which one, joining again finds out.
      LOG.warn("{}", e.getMessage());
      tables.values().forEach(this::commit);
      e.partitions().stream()
          .filter(tracks::containsKey)
          .forEach(place -> readAgain(table(tracks.get(place)), Map.of()));
      return ConsumerRecords.empty();
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    Instant now = clock.instant();
    for (TopicPartition place : records.partitions()) {
      ShardTrack track = tracks.get(place);
      if (track == null || !track.reading()) {
        continue;
      }
      try {
        for (ConsumerRecord<byte[], byte[]> record : records.records(place)) {
          taker.take(record, track, table(track), now);
        }
      } catch (RecordTaker.ChangedMindException e) {
        table(track).discard();
        readAgain(table(track), Map.of());
        joiner.stop(track, e.getMessage());
      }
    }
    passOverMarkers(now);
  }

  /**
   * Transaction markers and aborted records at a shard's end show only in the consumer's position.
   */
  private void passOverMarkers(Instant now) {
    for (ShardTrack track : tracks.values()) {
      if (!track.reading()) {
        continue;
      }
      long position = consumer.position(track.place(), settings.catalogTimeout());
      if (position > track.position()) {
        track.passOver(position);
        table(track).read(0, now);
      }
      consumer.currentLag(track.place()).ifPresent(track::behind);
    }
  }

  private void commitDue() {
    Instant now = clock.instant();
    long bytes = tables.values().stream().mapToLong(TableTrack::bytes).sum();
    long rows = tables.values().stream().mapToLong(TableTrack::rows).sum();
    boolean full = bytes >= settings.intervalBytes().bytes() || rows >= settings.intervalRows();
    for (TableTrack table : tables.values()) {
      boolean due =
          table
              .since()
              .filter(since -> full || !now.isBefore(since.plus(pace.after(table.lastCost()))))
              .isPresent();
      if (due) {
        commit(table);
      }
    }
  }

  private void commit(TableTrack table) {
    List<ShardTrack> shards = shardsOf(table);
    IntervalCommitter.Outcome outcome = committer.commit(table, shards);
    if (outcome instanceof IntervalCommitter.Outcome.ReadAgain again) {
      Map<ShardTrack, String> stopped = new HashMap<>();
      for (ShardTrack track : shards) {
        track
            .shard()
            .filter(again.stopped()::containsKey)
            .ifPresent(shard -> stopped.put(track, again.stopped().get(shard)));
      }
      readAgain(table, stopped);
    }
  }

  private void readAgain(TableTrack table, Map<ShardTrack, String> stopped) {
    for (ShardTrack track : shardsOf(table)) {
      if (stopped.containsKey(track)) {
        joiner.stop(track, stopped.get(track));
      } else if (track.reading()) {
        track.rejoin();
        joiner.park(track.place());
      }
    }
  }

  private List<ShardTrack> shardsOf(TableTrack table) {
    List<ShardTrack> shards = new ArrayList<>();
    for (ShardTrack track : tracks.values()) {
      if (track.stream().name().equals(table.stream().name())) {
        shards.add(track);
      }
    }
    return shards;
  }

  private TableTrack table(ShardTrack track) {
    return tables.computeIfAbsent(
        track.stream().name(), name -> new TableTrack(track.stream(), writing));
  }

  private void show() {
    List<WorkerStatus.ShardStatus> statuses = new ArrayList<>();
    tracks.forEach(
        (place, track) -> {
          WorkerStatus.ShardStatus status = track.status();
          meters.shard(place, status);
          statuses.add(status);
        });
    watcher.accept(statuses);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> places) {
    for (TopicPartition place : places) {
      streams
          .find(place.topic())
          .ifPresent(
              stream -> {
                tracks.put(place, new ShardTrack(place, stream));
                joiner.park(place);
              });
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> places) {
    if (!over) {
      tablesOf(places).forEach(this::commit);
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
    for (TableTrack table : tablesOf(places)) {
      table.discard();
      readAgain(table, Map.of());
    }
    remove(places);
  }

  private List<TableTrack> tablesOf(Collection<TopicPartition> places) {
    return places.stream()
        .filter(tracks::containsKey)
        .map(place -> table(tracks.get(place)))
        .distinct()
        .toList();
  }

  private void remove(Collection<TopicPartition> places) {
    places.forEach(
        place -> {
          tracks.remove(place);
          meters.gone(place);
        });
  }
}
