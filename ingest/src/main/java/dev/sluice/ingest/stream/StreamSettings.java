package dev.sluice.ingest.stream;

import dev.sluice.daemon.Default;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One entry below {@code streams:}; its key there is the stream's name.
 *
 * @param id the field that tells an event from all others; without it no event is a duplicate
 * @param window how long an id is known, 1h unless told otherwise; 0s: nothing is looked up
 * @param format what the log's records hold; Avro has the schema's id or fingerprint in front
 * @param schemas of Avro, schemas events were written with, besides what the registry knows
 * @param partition by what the table is partitioned, such as {@code day(event_time)}; unless told
 *     otherwise a new table is by the day, and one that is there stays as it is
 * @param route shares events out to several tables by a field's value
 * @param topic the topic of the log, where it is not of the stream's name
 * @param retention for how long the log keeps events that the tables have; without it for ever
 * @param begins by shard, the first offset of a topic whose begin was gone when it was adopted
 */
public record StreamSettings(
    List<FieldSettings> fields,
    Optional<String> key,
    Optional<String> time,
    @Default("4") int shards,
    Optional<String> id,
    Optional<Duration> window,
    @Default("json") Format format,
    List<SchemaSettings> schemas,
    List<String> partition,
    Optional<RouteSettings> route,
    Optional<String> topic,
    Optional<Duration> retention,
    Map<String, Long> begins) {

  /** How the log holds an event. */
  public enum Format {
    JSON,
    AVRO
  }

  public StreamSettings {
    fields = List.copyOf(fields);
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(format, "format");
    schemas = List.copyOf(schemas);
    partition = List.copyOf(partition);
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(retention, "retention");
    begins = Map.copyOf(begins);
  }

  /** One field as settings write it: {@code {name: price, type: double}}. */
  public record FieldSettings(
      String name, @Default("string") FieldType type, @Default("false") boolean required) {
    public FieldSettings {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
    }
  }

  /** Which table an event goes to: {@code {field: type, tables: {view: views, buy: orders}}}. */
  public record RouteSettings(String field, Map<String, String> tables) {
    public RouteSettings {
      Objects.requireNonNull(field, "field");
      tables = Map.copyOf(tables);
    }
  }

  public Stream stream(String name) {
    List<Field> declared =
        fields.stream()
            .map(field -> new Field(field.name(), field.type(), field.required()))
            .toList();
    return new Stream(
        name,
        declared,
        key,
        time,
        shards,
        eventId(name),
        eventFormat(name),
        partitioning(name),
        routing(name),
        topic.orElse(name),
        retention,
        1,
        begins(name));
  }

  private SortedMap<Integer, Long> begins(String stream) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    try {
      begins.forEach((shard, offset) -> offsets.put(Integer.valueOf(shard), offset));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("stream " + stream + ": begins are by shard number", e);
    }
    return offsets;
  }

  private EventFormat eventFormat(String stream) {
    if (format == Format.AVRO) {
      return new EventFormat.Avro(schemas.stream().map(SchemaSettings::read).toList());
    }
    if (!schemas.isEmpty()) {
      throw new IllegalArgumentException(
          "stream " + stream + ": schemas are for Avro; say format: avro");
    }
    return new EventFormat.Json();
  }

  private Optional<Routing> routing(String stream) {
    try {
      return route.map(said -> Routing.of(said.field(), said.tables()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("stream " + stream + ": " + e.getMessage(), e);
    }
  }

  private Partitioning partitioning(String stream) {
    try {
      return Partitioning.parse(partition);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("stream " + stream + ": " + e.getMessage(), e);
    }
  }

  private Optional<EventId> eventId(String stream) {
    if (id.isEmpty() && window.isPresent()) {
      throw new IllegalArgumentException(
          "stream "
              + stream
              + ": a window without an id; name the field that holds the event's id");
    }
    return id.map(field -> new EventId(field, window.orElse(EventId.DEFAULT_WINDOW)));
  }
}
