package dev.sluice.ingest.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The streams by name. They are those of one moment, or, where they {@linkplain #following follow}
 * something that changes, those of the moment at which they are asked.
 */
public final class Streams {
  private static final String SHIPPED = "streams.yaml";
  private static final int LONGEST_SHOWN = 100;

  private final Supplier<SortedMap<String, Stream>> current;

  private Streams(Supplier<SortedMap<String, Stream>> current) {
    this.current = current;
  }

  private static Streams fixed(SortedMap<String, Stream> byName) {
    requireTablesOfTheirOwn(byName);
    requireTopicsOfTheirOwn(byName);
    return new Streams(() -> byName);
  }

  /** Those that the supplier has whenever they are asked; it is asked by many threads. */
  public static Streams following(Supplier<Streams> source) {
    return new Streams(() -> source.get().current.get());
  }

  public static Streams of(Collection<Stream> streams) {
    SortedMap<String, Stream> byName = new TreeMap<>();
    for (Stream stream : streams) {
      if (byName.put(stream.name(), stream) != null) {
        throw new IllegalArgumentException("the stream " + stream.name() + " is declared twice");
      }
    }
    return fixed(byName);
  }

  /** Whose record it is that lies in a topic, the topic alone says. */
  private static void requireTopicsOfTheirOwn(SortedMap<String, Stream> byName) {
    Map<String, String> owners = new TreeMap<>();
    for (Stream stream : byName.values()) {
      String other = owners.put(stream.topic(), stream.name());
      if (other != null) {
        throw new IllegalArgumentException(
            "the streams "
                + other
                + " and "
                + stream.name()
                + " both lie in the topic "
                + stream.topic()
                + ": give one another topic");
      }
    }
  }

  /** A table's progress is of one stream's shards. */
  private static void requireTablesOfTheirOwn(SortedMap<String, Stream> byName) {
    Map<String, String> owners = new TreeMap<>();
    for (Stream stream : byName.values()) {
      for (String table : stream.tableNames()) {
        String other = owners.put(table, stream.name());
        if (other != null) {
          throw new IllegalArgumentException(
              "the streams "
                  + other
                  + " and "
                  + stream.name()
                  + " both fill the table "
                  + table
                  + ": name another one in a route");
        }
      }
    }
  }

  /** The streams every installation has: what a shop's app sends and what a sensor fleet sends. */
  public static Streams shipped() {
    try (InputStream in = Streams.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + SHIPPED + " is not on the class path");
      }
      List<Stream> streams = new ArrayList<>();
      JsonNode declared = new YAMLMapper().readTree(in).path("streams");
      for (Map.Entry<String, JsonNode> entry : declared.properties()) {
        streams.add(read(entry.getKey(), entry.getValue()));
      }
      return of(streams);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** These streams and the declared ones; a declared one takes the place of its namesake. */
  public Streams with(Map<String, StreamSettings> declared) {
    return with(
        declared.entrySet().stream()
            .map(entry -> entry.getValue().stream(entry.getKey()))
            .toList());
  }

  /** These streams and those; one of those takes the place of its namesake. */
  public Streams with(Collection<Stream> those) {
    SortedMap<String, Stream> all = new TreeMap<>(current.get());
    those.forEach(stream -> all.put(stream.name(), stream));
    return fixed(all);
  }

  /** These streams but those of the names. */
  public Streams without(Collection<String> names) {
    SortedMap<String, Stream> all = new TreeMap<>(current.get());
    all.keySet().removeAll(names);
    return fixed(all);
  }

  public Optional<Stream> find(String name) {
    return Optional.ofNullable(current.get().get(name));
  }

  /** The stream whose events lie in the topic. */
  public Optional<Stream> inTopic(String topic) {
    return current.get().values().stream().filter(s -> s.topic().equals(topic)).findFirst();
  }

  /** The topics that hold the streams. */
  public Set<String> topics() {
    return current.get().values().stream().map(Stream::topic).collect(Collectors.toSet());
  }

  /** All streams, by name. */
  public List<Stream> all() {
    return List.copyOf(current.get().values());
  }

  public List<String> names() {
    return List.copyOf(current.get().keySet());
  }

  /** One line for somebody who named a stream there is not. */
  public String unknown(String name) {
    String shown = name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
    String hint = nearest(name).map(near -> "did you mean " + near + "? ").orElse("");
    return "there is no stream "
        + shown
        + "; "
        + hint
        + "known streams: "
        + String.join(", ", names());
  }

  /** The known name the writer of an unknown one most likely meant, when one is near. */
  public Optional<String> nearest(String unknown) {
    String candidate = unknown.replace('_', '-');
    String best = "";
    int bestDistance = Math.max(2, candidate.length() / 3) + 1;
    for (String name : current.get().keySet()) {
      // The distance costs the product of the lengths, and the unknown name is a stranger's.
      if (Math.abs(name.length() - candidate.length()) >= bestDistance) {
        continue;
      }
      int distance = distance(candidate, name);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = name;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private static Stream read(String name, JsonNode node) {
    List<Field> fields = new ArrayList<>();
    for (JsonNode field : node.path("fields")) {
      fields.add(
          new Field(
              field.path("name").asText(),
              FieldType.parse(field.path("type").asText()),
              field.path("required").asBoolean(false)));
    }
    return new Stream(
        name,
        fields,
        text(node, "key"),
        text(node, "time"),
        node.path("shards").asInt(),
        text(node, "id").map(field -> new EventId(field, EventId.DEFAULT_WINDOW)));
  }

  private static Optional<String> text(JsonNode node, String key) {
    return node.hasNonNull(key) ? Optional.of(node.get(key).asText()) : Optional.empty();
  }

  /** Levenshtein's distance, one row at a time. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
