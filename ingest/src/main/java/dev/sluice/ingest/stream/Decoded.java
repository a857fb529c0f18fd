package dev.sluice.ingest.stream;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the bytes of one event turned out to be. */
public sealed interface Decoded {

  /**
   * An event of the stream.
   *
   * @param values the declared fields that are there, by name, typed as {@link FieldType} says
   * @param key the key field's value as text: what decides the shard
   * @param time when it happened, by its own account
   * @param extra the fields the stream does not declare, each value as its JSON text as sent
   */
  record Event(
      Map<String, Object> values,
      Optional<String> key,
      Optional<Instant> time,
      Map<String, String> extra)
      implements Decoded {
    public Event {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(time, "time");
    }
  }

  /** Not an event of the stream, with one line for its sender and the place where one is known. */
  record Refused(RefusalReason reason, String detail, Optional<Position> position)
      implements Decoded {
    public Refused {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
      Objects.requireNonNull(position, "position");
    }

    /** The detail and, where it is known, the place. */
    public String sentence() {
      return position.map(place -> detail + " at " + place).orElse(detail);
    }

    /** The same refusal, seen from the start of a text that has so much before the event. */
    public Refused after(int lines, int columns, long bytes) {
      return new Refused(reason, detail, position.map(p -> p.after(lines, columns, bytes)));
    }
  }
}
