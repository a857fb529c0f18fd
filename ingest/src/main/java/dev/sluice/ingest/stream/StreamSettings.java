package dev.sluice.ingest.stream;

import dev.sluice.daemon.Default;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One entry below {@code streams:}; its key there is the stream's name.
 *
 * @param id the field that tells an event from all others; without it no event is a duplicate
 * @param window how long an id is known, 1h unless told otherwise; 0s: nothing is looked up
 * @param partition by what the table is partitioned, such as {@code day(event_time)}; unless told
 *     otherwise a new table is by the day, and one that is there stays as it is
 * @param route shares events out to several tables by a field's value
 */
public record StreamSettings(
    List<FieldSettings> fields,
    Optional<String> key,
    Optional<String> time,
    @Default("4") int shards,
    Optional<String> id,
    Optional<Duration> window,
    List<String> partition,
    Optional<RouteSettings> route) {

  public StreamSettings {
    fields = List.copyOf(fields);
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(window, "window");
    partition = List.copyOf(partition);
    Objects.requireNonNull(route, "route");
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
        name, declared, key, time, shards, eventId(name), partitioning(name), routing(name));
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
