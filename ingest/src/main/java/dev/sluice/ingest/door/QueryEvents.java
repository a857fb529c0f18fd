package dev.sluice.ingest.door;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** An event out of a URL's parameters, each a field of the type its stream says. */
final class QueryEvents {
  /** Parameters that are no fields. */
  private static final String KEY = "key";

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?");

  private final InstantSource clock;
  private final Supplier<UUID> ids;

  QueryEvents(InstantSource clock, Supplier<UUID> ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * The event as JSON. An id and a time that the stream has and the parameters lack are given here:
   * a picture in a letter knows neither. A parameter that comes twice counts once, the first.
   */
  Buffer event(Stream stream, MultiMap parameters) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> parameter : parameters) {
      String name = parameter.getKey();
      // The router adds the names in its path.
      if (!name.equals(KEY) && !name.equals("picture") && !event.has(name)) {
        put(event, name, stream.field(name), parameter.getValue());
      }
    }
    stream
        .id()
        .flatMap(id -> stream.field(id.field()))
        .filter(field -> field.type() != FieldType.LONG && !event.has(field.name()))
        .ifPresent(field -> event.put(field.name(), ids.get().toString()));
    stream
        .timeField()
        .filter(time -> !event.has(time))
        .ifPresent(time -> event.put(time, clock.instant().toString()));
    return Buffer.buffer(event.toString());
  }

  private static void put(ObjectNode event, String name, Optional<Field> field, String value) {
    FieldType type = field.map(Field::type).orElse(FieldType.STRING);
    boolean bare =
        switch (type) {
          case LONG, INT, DOUBLE, TIMESTAMP -> NUMBER.matcher(value).matches();
          case BOOLEAN -> value.equals("true") || value.equals("false");
          case STRING, UUID -> false;
        };
    if (bare) {
      event.putRawValue(name, new RawValue(value));
    } else {
      event.put(name, value);
    }
  }
}
