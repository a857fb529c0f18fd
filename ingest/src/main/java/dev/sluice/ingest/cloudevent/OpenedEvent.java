package dev.sluice.ingest.cloudevent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** An event out of its envelope: its data, and the context it came in. */
public final class OpenedEvent implements Opening {
  /** Attributes that may also be fields of a stream, by their own name. */
  private static final List<String> FIELDS = List.of("id", "source", "type", "time", "subject");

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final JsonFactory JSON = CloudEvents.JSON;

  private final CloudContext context;
  private final byte[] data;

  OpenedEvent(CloudContext context, byte[] data) {
    this.context = context;
    this.data = data;
  }

  public CloudContext context() {
    return context;
  }

  /**
   * The event for the stream: the data as it was sent, and in front of it the fields it lacks and
   * its context has. The stream's id is the attribute id, its time the attribute time; other fields
   * are of the same name.
   */
  public byte[] event(Stream stream) {
    Map<Field, String> missing = new LinkedHashMap<>();
    stream
        .id()
        .flatMap(id -> stream.field(id.field()))
        .ifPresent(field -> context.find("id").ifPresent(id -> missing.put(field, id)));
    stream
        .timeField()
        .flatMap(stream::field)
        .ifPresent(field -> context.find("time").ifPresent(time -> missing.put(field, time)));
    for (String name : FIELDS) {
      stream
          .field(name)
          .ifPresent(
              field -> context.find(name).ifPresent(value -> missing.putIfAbsent(field, value)));
    }
    if (missing.isEmpty()) {
      return data;
    }
    int open = open();
    if (open < 0) {
      // No object: whoever reads it as an event says so.
      return data;
    }
    Set<String> there = names();
    missing.keySet().removeIf(field -> there.contains(field.name()));
    return missing.isEmpty() ? data : with(missing, open, there.isEmpty());
  }

  private byte[] with(Map<Field, String> missing, int open, boolean empty) {
    StringBuilder fields = new StringBuilder("{");
    missing.forEach(
        (field, value) ->
            fields
                .append(fields.length() > 1 ? "," : "")
                .append('"')
                .append(field.name())
                .append("\":")
                .append(text(field.type(), value)));
    fields.append(empty ? "" : ",");
    ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 2 * fields.length());
    out.writeBytes(fields.toString().getBytes(StandardCharsets.UTF_8));
    out.write(data, open + 1, data.length - open - 1);
    return out.toByteArray();
  }

  private static String text(FieldType type, String value) {
    boolean number = type == FieldType.LONG || type == FieldType.INT;
    return number && WHOLE.matcher(value).matches()
        ? value
        : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
  }

  /** Where the object begins; -1 where there is none. */
  private int open() {
    int at = 0;
    while (at < data.length
        && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r' || data[at] == '\n')) {
      at++;
    }
    return at < data.length && data[at] == '{' ? at : -1;
  }

  /** The names it has; of malformed JSON those up to there, and its decoder says the rest. */
  private Set<String> names() {
    Set<String> names = new HashSet<>();
    try (JsonParser parser = JSON.createParser(data)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        names.add(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
      }
    } catch (IOException e) {
      return names;
    }
    return names;
  }
}
