package dev.sluice.ingest.sink;

import dev.sluice.ingest.stream.Stream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** The shards in a worker's hands and the tables they fill. Only the worker's thread touches it. */
final class Holdings {

  private final Function<Stream, TableTrack> opening;
  private final Map<TopicPartition, ShardTrack> shards = new HashMap<>();
  private final Map<String, TableTrack> tables = new HashMap<>();

  /** Nothing yet; the function makes what takes a stream's rows. */
  Holdings(Function<Stream, TableTrack> opening) {
    this.opening = opening;
  }

  Collection<ShardTrack> shards() {
    return shards.values();
  }

  Collection<TableTrack> tables() {
    return tables.values();
  }

  Set<TopicPartition> places() {
    return shards.keySet();
  }

  Optional<ShardTrack> find(TopicPartition place) {
    return Optional.ofNullable(shards.get(place));
  }

  /** What takes the rows of the shard's stream. */
  TableTrack table(ShardTrack track) {
    return tables.computeIfAbsent(track.stream().name(), name -> opening.apply(track.stream()));
  }

  List<ShardTrack> shardsOf(TableTrack table) {
    List<ShardTrack> found = new ArrayList<>();
    for (ShardTrack track : shards.values()) {
      if (track.stream().name().equals(table.stream().name())) {
        found.add(track);
      }
    }
    return found;
  }

  List<TableTrack> tablesOf(Collection<TopicPartition> places) {
    return places.stream()
        .flatMap(place -> find(place).stream())
        .map(this::table)
        .distinct()
        .toList();
  }

  /** Up to which event time the stream's table has all, about, where it was seen. */
  Optional<Instant> watermark(Stream stream) {
    return Optional.ofNullable(tables.get(stream.name())).flatMap(TableTrack::watermark);
  }

  void take(TopicPartition place, Stream stream) {
    TableTrack there = tables.get(stream.name());
    if (there == null || there.stream().equals(stream)) {
      shards.put(place, new ShardTrack(place, stream));
    } else if (shardsOf(stream).isEmpty()) {
      tables.remove(stream.name());
      shards.put(place, new ShardTrack(place, stream));
    } else {
      // As its other shards are taken: all of them are declared anew at once, in a moment.
      shards.put(place, new ShardTrack(place, there.stream()));
    }
  }

  private List<ShardTrack> shardsOf(Stream stream) {
    return shards.values().stream()
        .filter(track -> track.stream().name().equals(stream.name()))
        .toList();
  }

  /** Of a table whose stream is gone; nothing may be held for it. */
  void forget(TableTrack table) {
    tables.remove(table.stream().name());
  }

  void remove(TopicPartition place) {
    Optional.ofNullable(shards.remove(place)).ifPresent(ShardTrack::rejoin);
  }

  /**
   * Takes the table's shards as their stream is declared now; nothing may be held for them. Those
   * of a topic that is not the stream's any more are let go.
   *
   * @return the places of the shards, of which nothing may be read until they are joined again
   */
  List<TopicPartition> redeclare(TableTrack table, Stream stream) {
    List<TopicPartition> places = shardsOf(table).stream().map(ShardTrack::place).toList();
    tables.remove(stream.name());
    for (TopicPartition place : places) {
      remove(place);
      if (place.topic().equals(stream.topic())) {
        shards.put(place, new ShardTrack(place, stream));
      }
    }
    return places;
  }
}
