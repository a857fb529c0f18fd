package dev.sluice.ingest.streambook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.definition.Compatibility;
import dev.sluice.ingest.definition.Definition;
import dev.sluice.ingest.definition.Evolution;
import dev.sluice.ingest.definition.Violation;
import dev.sluice.ingest.journal.Entry;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The streams, their versions, and what may be done to them while the module runs. */
public final class StreamBook {
  private static final int MOST_STREAMS = 1_000;

  private final Editions editions;
  private final Journal journal;
  private final Supplier<LogTopics> topics;
  private final WriterSchemas schemas;
  private final Consumer<Stream> requirement;
  private final InstantSource clock;
  private final Supplier<UUID> ids;

  /**
   * Knows what is shipped and fixed, and the rest once the journal has been read.
   *
   * @param fixed the streams of the settings, which only the settings change
   * @param requirement refuses, with one line, a stream that this module could not serve
   * @param ids names for versions: never the same twice, in any process
   */
  public StreamBook(
      Streams shipped,
      List<Stream> fixed,
      Journal journal,
      Supplier<LogTopics> topics,
      WriterSchemas schemas,
      Consumer<Stream> requirement,
      InstantSource clock,
      Supplier<UUID> ids) {
    this.editions = new Editions(shipped, fixed);
    this.journal = Objects.requireNonNull(journal, "journal");
    this.topics = Objects.requireNonNull(topics, "topics");
    this.schemas = Objects.requireNonNull(schemas, "schemas");
    this.requirement = Objects.requireNonNull(requirement, "requirement");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.ids = Objects.requireNonNull(ids, "ids");
    journal.follow(this::read);
  }

  /**
   * Registers the schemas of Avro streams that the settings declare without any; to be called when
   * the journal has been read.
   */
  public synchronized void settle() {
    editions.fix(editions.fixed().stream().map(this::settled).toList());
  }

  private Stream settled(Stream stream) {
    if (!(stream.format() instanceof EventFormat.Avro avro) || !avro.schemas().isEmpty()) {
      return stream;
    }
    String json = schemas.schema(stream, Optional.empty());
    return stream.written(new EventFormat.Avro(List.of(schemas.keep(stream, json))));
  }

  private void read(Entry entry) {
    if (entry.kind().equals(StreamVersion.KIND)) {
      editions.add(StreamVersion.of(entry));
    }
  }

  /** The streams there are, at each moment. */
  public Streams streams() {
    return Streams.following(editions::current);
  }

  /** Down while a stream that was declared is not served. */
  public Health.State state() {
    List<String> conflicts = editions.conflicts();
    return conflicts.isEmpty() ? new Health.Up() : new Health.Down(String.join("; ", conflicts));
  }

  Editions editions() {
    return editions;
  }

  /** The last version of a stream that is there, whoever declared it. */
  StreamVersion current(String name) {
    Stream stream =
        editions
            .current()
            .find(name)
            .orElseThrow(
                () ->
                    new RefusedException(404, "unknown-stream", editions.current().unknown(name)));
    List<StreamVersion> history = editions.history(name);
    return history.isEmpty() || editions.fixed(name).isPresent()
        ? first(stream)
        : history.get(history.size() - 1);
  }

  /**
   * Every version of a stream: what is shipped or in the settings is the first, and the only one.
   */
  List<StreamVersion> versions(String name) {
    List<StreamVersion> history = editions.history(name);
    return history.isEmpty() || editions.fixed(name).isPresent() ? List.of(current(name)) : history;
  }

  /** A stream that no entry declares. */
  private static StreamVersion first(Stream stream) {
    return new StreamVersion(
        "", Instant.EPOCH, stream, Compatibility.BACKWARD, Optional.empty(), false);
  }

  synchronized StreamVersion create(String name, ObjectNode said) {
    Definition definition = understood(() -> Definition.read(said));
    Stream declared = understood(() -> definition.stream(name));
    requireNoBegins(declared);
    if (editions.current().find(name).isPresent()) {
      throw new RefusedException(
          409, "exists", "the stream " + name + " is there already; evolve it, or delete it first");
    }
    if (editions.count() >= MOST_STREAMS) {
      throw new RefusedException(
          409, "too-many", "there are " + MOST_STREAMS + " streams, and no more are kept");
    }
    List<StreamVersion> before = editions.history(name);
    requireColumns(name, before, declared, definition.compatibility());
    Stream placed = place(declared, said, before);
    requireServed(placed);
    StreamVersion version =
        version(placed.declared(before.size() + 1), definition, Optional.empty());
    keep(version);
    return version;
  }

  private static void requireNoBegins(Stream declared) {
    if (!declared.begins().isEmpty()) {
      throw new RefusedException(
          400, "bad-definition", "begins are noted when a topic is adopted, and not declared");
    }
  }

  private Stream place(Stream declared, ObjectNode said, List<StreamVersion> before) {
    try (LogTopics log = topics.get()) {
      Adoption adoption = new Adoption(log);
      if (!said.hasNonNull("topic")) {
        return adoption.found(declared);
      }
      int shards = said.hasNonNull("shards") ? declared.shards() : 1;
      // What was trimmed from a topic of the stream's own, its table has.
      return streams(before).stream()
          .filter(version -> version.topic().equals(declared.topic()))
          .findFirst()
          .map(version -> adoption.readopt(declared, shards, version))
          .orElseGet(() -> adoption.adopt(declared, shards));
    }
  }

  synchronized StreamVersion evolve(String name, ObjectNode said) {
    StreamVersion last = current(name);
    requireChangeable(name);
    Definition definition = understood(() -> Definition.read(completed(said, last)));
    Stream declared = understood(() -> definition.stream(name));
    if (!declared.begins().equals(last.stream().begins())) {
      requireNoBegins(declared);
    }
    List<Violation> violations =
        new ArrayList<>(Evolution.check(last.stream(), declared, last.compatibility()));
    if (last.compatibility() != Compatibility.NONE) {
      violations.addAll(Evolution.columns(streams(versions(name)), declared));
    }
    if (!violations.isEmpty()) {
      throw incompatible(name, last, violations);
    }
    requireServed(declared);
    List<StreamVersion> before = versions(name);
    StreamVersion version =
        version(declared.declared(before.size() + 1), definition, Optional.of(last));
    if (version.stream().declared(1).equals(last.stream().declared(1))
        && version.compatibility() == last.compatibility()) {
      return last;
    }
    if (editions.history(name).isEmpty()) {
      append(marked(last));
    }
    keep(version);
    return version;
  }

  synchronized StreamVersion delete(String name) {
    StreamVersion last = current(name);
    requireChangeable(name);
    if (editions.current().all().size() == 1) {
      throw new RefusedException(
          409, "last-stream", name + " is the only stream, and one must be left");
    }
    if (editions.history(name).isEmpty()) {
      append(marked(last));
    }
    StreamVersion gone = last.deleted(ids.get().toString(), clock.instant());
    append(gone);
    return gone;
  }

  private StreamVersion marked(StreamVersion shipped) {
    return new StreamVersion(
        ids.get().toString(),
        clock.instant(),
        shipped.stream(),
        shipped.compatibility(),
        shipped.schema(),
        false);
  }

  /** What a new version does not say about where its events are, stays. */
  private static ObjectNode completed(ObjectNode said, StreamVersion last) {
    ObjectNode whole = said.deepCopy();
    ObjectNode before = last.definition();
    for (String key : List.of("shards", "topic", "begins", "format", "compatibility")) {
      if (!whole.hasNonNull(key) && before.hasNonNull(key)) {
        whole.set(key, before.get(key));
      }
    }
    return whole;
  }

  private void requireChangeable(String name) {
    if (editions.origin(name) == Editions.Origin.SETTINGS) {
      throw new RefusedException(
          409,
          "fixed",
          "the stream "
              + name
              + " is declared in the settings: change it there, below streams, and start anew");
    }
  }

  private static void requireColumns(
      String name, List<StreamVersion> before, Stream declared, Compatibility mode) {
    if (before.isEmpty() || mode == Compatibility.NONE) {
      return;
    }
    List<Violation> violations = Evolution.columns(streams(before), declared);
    if (!violations.isEmpty()) {
      throw incompatible(name, before.get(before.size() - 1), violations);
    }
  }

  private void requireServed(Stream declared) {
    understood(
        () -> {
          requirement.accept(declared);
          return declared;
        });
    try {
      var unused = editions.current().with(List.of(declared));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(409, "taken", e.getMessage());
    }
  }

  private static RefusedException incompatible(
      String name, StreamVersion last, List<Violation> violations) {
    return new RefusedException(
        409,
        "incompatible",
        name
            + " stays at version "
            + last.number()
            + " (compatibility "
            + last.compatibility().wireName()
            + "): "
            + violations.stream()
                .map(each -> each.field() + ": " + each.detail())
                .collect(Collectors.joining("; ")),
        violations);
  }

  private static List<Stream> streams(List<StreamVersion> versions) {
    return versions.stream().map(StreamVersion::stream).toList();
  }

  /** With its schema, where it is of Avro. */
  private StreamVersion version(
      Stream stream, Definition definition, Optional<StreamVersion> last) {
    Optional<EventFormat.WriterSchema> schema = Optional.empty();
    Stream whole = stream;
    if (stream.format() instanceof EventFormat.Avro) {
      String json = understood(() -> schemas.schema(stream, definition.avro()));
      Compatibility mode =
          last.map(StreamVersion::compatibility).orElse(definition.compatibility());
      schemas
          .objection(stream, json, mode)
          .ifPresent(
              why -> {
                throw new RefusedException(409, "incompatible", "schema: " + why);
              });
      schema = Optional.of(schemas.keep(stream, json));
      whole = stream.written(new EventFormat.Avro(List.of(schema.get())));
    }
    return new StreamVersion(
        ids.get().toString(), clock.instant(), whole, definition.compatibility(), schema, false);
  }

  /** First what its events need, then the version: who reads of it may use it at once. */
  private void keep(StreamVersion version) {
    try (LogTopics log = topics.get()) {
      var unused = log.ensure(List.of(version.stream()));
    }
    append(version);
  }

  private void append(StreamVersion version) {
    journal.append(version.entry());
    boolean holds =
        editions.history(version.name()).stream().anyMatch(v -> v.mark().equals(version.mark()));
    if (!holds) {
      throw new RefusedException(
          409,
          "conflict",
          "somebody else declared version "
              + version.number()
              + " of "
              + version.name()
              + " first; look at it, and do it again");
    }
  }

  private static <T> T understood(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | SettingsException e) {
      throw new RefusedException(400, "bad-definition", line(e.getMessage()));
    }
  }

  private static String line(String message) {
    return message.lines().findFirst().orElse("it cannot be read");
  }
}
