package dev.sluice.ingest.subject;

import dev.sluice.ingest.avro.SchemaAnswer;
import dev.sluice.ingest.avro.SchemaName;
import dev.sluice.ingest.avro.SchemaSource;
import dev.sluice.ingest.definition.Compatibility;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.log.LogException;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.streambook.WriterSchemas;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * The registry: gives ids to schemas and versions to subjects, and says what it gave. Whatever was
 * given is never taken back nor given to another.
 */
public final class Subjects implements SchemaSource, WriterSchemas {
  private static final int MOST_SCHEMAS = 10_000;

  /** Another process may be faster so often. */
  private static final int ATTEMPTS = 10;

  private final Shelf shelf = new Shelf();
  private final Journal journal;
  private final Set<Integer> reserved;
  private final Supplier<UUID> marks;

  /**
   * Knows nothing until the journal has been read.
   *
   * @param reserved ids that settings name as those of another registry
   * @param marks names for entries: never the same twice, in any process
   */
  public Subjects(Journal journal, Set<Integer> reserved, Supplier<UUID> marks) {
    this.journal = Objects.requireNonNull(journal, "journal");
    this.reserved = Set.copyOf(reserved);
    this.marks = Objects.requireNonNull(marks, "marks");
    journal.follow(shelf::read);
  }

  Shelf shelf() {
    return shelf;
  }

  /** Registers a schema unless it is registered, if the subject's level lets it; gives its id. */
  int register(String subject, Schema schema) {
    return register(subject, schema, shelf.effective(subject));
  }

  private synchronized int register(String subject, Schema schema, Level level) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Integer> id = shelf.id(schema);
      List<Integer> versions = shelf.versions(subject);
      if (id.isPresent() && versions.contains(id.get())) {
        return id.get();
      }
      List<String> objections = level.objections(schema, schemas(subject));
      if (!objections.isEmpty()) {
        throw RegistryException.incompatible(String.join("; ", objections));
      }
      if (id.isEmpty() && shelf.count() >= MOST_SCHEMAS) {
        throw RegistryException.full(MOST_SCHEMAS + " schemas are kept, and no more");
      }
      journal.append(
          Shelf.version(
              subject,
              versions.size() + 1,
              id.orElseGet(this::free),
              schema,
              marks.get().toString()));
    }
    throw RegistryException.full("others register at " + subject + " all the time; try again");
  }

  private int free() {
    int id = shelf.lastId() + 1;
    while (reserved.contains(id)) {
      id++;
    }
    return id;
  }

  /** The schemas of a subject, the first version's first. */
  List<Schema> schemas(String subject) {
    return shelf.versions(subject).stream().map(id -> shelf.schema(id).orElseThrow()).toList();
  }

  void level(String subject, Level level) {
    journal.append(Shelf.level(subject, level));
  }

  /** An id that is not known here may have been given elsewhere a moment ago. */
  @Override
  public SchemaAnswer find(SchemaName name) {
    Optional<Schema> known = known(name);
    if (known.isEmpty() && mayBeNew(name)) {
      try {
        journal.sync();
      } catch (LogException e) {
        return new SchemaAnswer.Unavailable(e.getMessage());
      }
      known = known(name);
    }
    return known
        .<SchemaAnswer>map(SchemaAnswer.Found::new)
        .orElseGet(
            () ->
                new SchemaAnswer.Unknown(
                    "neither the stream nor the registry here has a schema of " + name));
  }

  /** Ids are given one after the other: bytes that are no Avro look like ids far beyond. */
  private boolean mayBeNew(SchemaName name) {
    long ahead = name.value() - shelf.lastId();
    return name.kind() == SchemaName.Kind.ID && ahead > 0 && ahead <= MOST_SCHEMAS;
  }

  private Optional<Schema> known(SchemaName name) {
    return name.kind() == SchemaName.Kind.FINGERPRINT
        ? shelf.fingerprint(name.value())
        : shelf.schema((int) name.value());
  }

  @Override
  public String schema(Stream stream, Optional<String> given) {
    return given.map(Shelf::parse).orElseGet(() -> StreamSchema.of(stream)).toString();
  }

  @Override
  public Optional<String> objection(Stream stream, String schema, Compatibility mode) {
    List<String> objections =
        Level.valueOf(mode.name()).objections(Shelf.parse(schema), schemas(subject(stream)));
    return objections.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", objections));
  }

  @Override
  public EventFormat.WriterSchema keep(Stream stream, String schema) {
    int id = register(subject(stream), Shelf.parse(schema), Level.NONE);
    return new EventFormat.WriterSchema(Optional.of(id), schema);
  }

  /** Where serializers look for the schemas of a topic's values, unless told otherwise. */
  static String subject(Stream stream) {
    return stream.topic() + "-value";
  }
}
