package dev.sluice.ingest.stream;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A stream of events: its key field decides the shard, its time field says when an event happened,
 * its id tells an event that was sent twice, its format how the log holds it.
 *
 * @param topic the topic of the log that holds it: of the stream's name, unless it was there before
 * @param retention for how long the log keeps an event that the tables have; without it for ever
 * @param version counts how often it was declared anew
 * @param begins where the shards of a topic began that was there before; 0 where nothing is said
 */
public record Stream(
    String name,
    List<Field> fields,
    Optional<String> keyField,
    Optional<String> timeField,
    int shards,
    Optional<EventId> id,
    EventFormat format,
    Partitioning partitioning,
    Optional<Routing> routing,
    String topic,
    Optional<Duration> retention,
    int version,
    SortedMap<Integer, Long> begins) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,248}");
  private static final Duration SHORTEST_RETENTION = Duration.ofMinutes(1);
  private static final int LONGEST_NAME = 100;
  private static final int MOST_SHARDS = 4096;

  public Stream {
    requireName(name);
    fields = List.copyOf(fields);
    Objects.requireNonNull(keyField, "keyField");
    Objects.requireNonNull(timeField, "timeField");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(format, "format");
    requireTopic(name, topic);
    if (retention.filter(kept -> kept.compareTo(SHORTEST_RETENTION) < 0).isPresent()) {
      throw new IllegalArgumentException(
          "stream " + name + ": a retention of " + retention.get() + "; use 1m or more");
    }
    begins = Collections.unmodifiableSortedMap(new TreeMap<>(begins));
    if (begins.values().stream().anyMatch(offset -> offset < 0)) {
      throw new IllegalArgumentException("stream " + name + ": begins " + begins);
    }
    if (version < 1) {
      throw new IllegalArgumentException("stream " + name + ": version " + version);
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("stream " + name + " has no fields");
    }
    if (shards < 1 || shards > MOST_SHARDS) {
      throw new IllegalArgumentException(
          "stream " + name + ": " + shards + " shards; use 1 to " + MOST_SHARDS);
    }
    requireDistinct(name, fields);
    if (keyField.isPresent()) {
      FieldType type = require(name, fields, "key", keyField.get()).type();
      if (type != FieldType.STRING && type != FieldType.LONG) {
        throw new IllegalArgumentException(
            "stream " + name + ": the key field " + keyField.get() + " must be a string or a long");
      }
    }
    if (timeField.isPresent()
        && require(name, fields, "time", timeField.get()).type() != FieldType.TIMESTAMP) {
      throw new IllegalArgumentException(
          "stream " + name + ": the time field " + timeField.get() + " must be a timestamp");
    }
    if (id.isPresent()) {
      requireComparable(name, require(name, fields, "id", id.get().field()));
    }
    if (routing.isPresent()
        && require(name, fields, "route", routing.get().field()).type() != FieldType.STRING) {
      throw new IllegalArgumentException(
          "stream " + name + ": the route field " + routing.get().field() + " must be a string");
    }
    try {
      partitioning.requireFits(fields, timeField);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("stream " + name + ": " + e.getMessage(), e);
    }
  }

  /** A stream of JSON that does not say how its table is partitioned. */
  public Stream(
      String name,
      List<Field> fields,
      Optional<String> keyField,
      Optional<String> timeField,
      int shards,
      Optional<EventId> id) {
    this(
        name,
        fields,
        keyField,
        timeField,
        shards,
        id,
        new EventFormat.Json(),
        Partitioning.UNSAID,
        Optional.empty(),
        name,
        Optional.empty(),
        1,
        new TreeMap<>());
  }

  /** A stream of JSON whose events have no id. */
  public Stream(
      String name,
      List<Field> fields,
      Optional<String> keyField,
      Optional<String> timeField,
      int shards) {
    this(name, fields, keyField, timeField, shards, Optional.empty());
  }

  /** The same stream, its table partitioned so. */
  public Stream partitionedBy(String... fieldTexts) {
    Partitioning said = Partitioning.parse(List.of(fieldTexts));
    return with(shards, format, said, routing, topic, retention, version, begins);
  }

  /** The same stream, its events shared out to these tables. */
  public Stream routed(Routing way) {
    return with(shards, format, partitioning, Optional.of(way), topic, retention, version, begins);
  }

  /** The same stream, its events written so on the log. */
  public Stream written(EventFormat form) {
    return with(shards, form, partitioning, routing, topic, retention, version, begins);
  }

  /** The same stream, in a topic that has so many shards, which began there. */
  public Stream in(String place, int parts, Map<Integer, Long> offsets) {
    return with(
        parts, format, partitioning, routing, place, retention, version, new TreeMap<>(offsets));
  }

  /** The same stream, its events kept so long once the tables have them. */
  public Stream kept(Duration time) {
    return with(shards, format, partitioning, routing, topic, Optional.of(time), version, begins);
  }

  /** The same stream, declared for the so-manieth time. */
  public Stream declared(int number) {
    return with(shards, format, partitioning, routing, topic, retention, number, begins);
  }

  private Stream with(
      int parts,
      EventFormat form,
      Partitioning said,
      Optional<Routing> way,
      String place,
      Optional<Duration> time,
      int number,
      SortedMap<Integer, Long> offsets) {
    return new Stream(
        name, fields, keyField, timeField, parts, id, form, said, way, place, time, number,
        offsets);
  }

  /** The first offset of a shard that is the stream's. */
  public long begin(int shard) {
    return begins.getOrDefault(shard, 0L);
  }

  /** The names of the tables its events go to: its own, or those of its route. */
  public List<String> tableNames() {
    return routing.map(Routing::tableNames).orElseGet(() -> List.of(tableName()));
  }

  /** The name of the stream's own table: names hold no underscore, so no two streams share one. */
  public String tableName() {
    return name.replace('-', '_');
  }

  public Optional<Field> field(String fieldName) {
    return find(fields, fieldName);
  }

  private static void requireName(String name) {
    if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "stream name \""
              + name
              + "\": use lower-case letters, digits and single dashes, starting with a letter, "
              + LONGEST_NAME
              + " at most");
    }
  }

  private static void requireTopic(String name, String topic) {
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "stream "
              + name
              + ": topic \""
              + topic
              + "\": use letters, digits, dots, dashes and underscores, not an underscore first,"
              + " 249 at most");
    }
  }

  // Engines that read the table compare column names without case.
  private static void requireDistinct(String stream, List<Field> fields) {
    Set<String> seen = new HashSet<>();
    for (Field field : fields) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "stream " + stream + ": the field " + field.name() + " is declared twice");
      }
    }
  }

  private static Field require(String stream, List<Field> fields, String role, String fieldName) {
    return find(fields, fieldName)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "stream "
                        + stream
                        + ": the "
                        + role
                        + " field "
                        + fieldName
                        + " is not among its fields"));
  }

  private static void requireComparable(String stream, Field field) {
    switch (field.type()) {
      case STRING, UUID, LONG -> {}
      default ->
          throw new IllegalArgumentException(
              "stream "
                  + stream
                  + ": the id field "
                  + field.name()
                  + " must be a string, a uuid or a long");
    }
  }

  private static Optional<Field> find(List<Field> fields, String fieldName) {
    return fields.stream().filter(field -> field.name().equals(fieldName)).findFirst();
  }
}
