package dev.sluice.ingest.cloudevent;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The context of a CloudEvent: its attributes by name, each as text. */
public record CloudContext(Map<String, String> attributes) {
  static final String CONTENT_TYPE = "datacontenttype";
  private static final List<String> REQUIRED = List.of("id", "source", "type");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,64}");
  private static final int MOST_ATTRIBUTES = 64;
  private static final int MOST_BYTES = 16 << 10;

  public CloudContext {
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  public Optional<String> find(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  /** As the Kafka binding of CloudEvents writes them. */
  public Map<String, String> kafkaHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    attributes.forEach(
        (name, value) ->
            headers.put(name.equals(CONTENT_TYPE) ? "content-type" : "ce_" + name, value));
    headers.putIfAbsent("content-type", "application/json");
    return headers;
  }

  /** The same without whose event it is and what it is about. */
  public Map<String, String> anonymousHeaders() {
    Map<String, String> headers = kafkaHeaders();
    headers.keySet().retainAll(Set.of("ce_specversion", "ce_type", "content-type"));
    return headers;
  }

  /** What keeps this from being the context of an event whose data is JSON. */
  Optional<String> wrong() {
    String version = attributes.getOrDefault("specversion", "");
    if (!version.equals("1.0")) {
      return Optional.of(
          version.isEmpty()
              ? "the attribute specversion is missing"
              : "the specversion is not 1.0, the only one taken");
    }
    for (String name : REQUIRED) {
      if (attributes.getOrDefault(name, "").isEmpty()) {
        return Optional.of("the attribute " + name + " is missing");
      }
    }
    return wrongNames()
        .or(() -> find("time").flatMap(CloudContext::wrongTime))
        .or(() -> find(CONTENT_TYPE).flatMap(CloudContext::wrongType));
  }

  private Optional<String> wrongNames() {
    if (attributes.size() > MOST_ATTRIBUTES) {
      return Optional.of("it has more than " + MOST_ATTRIBUTES + " attributes");
    }
    int bytes = 0;
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      if (!NAME.matcher(attribute.getKey()).matches()) {
        return Optional.of(
            "an attribute's name is not of lower-case letters and digits, 64 at most");
      }
      if (attribute.getValue().chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        return Optional.of("the attribute " + attribute.getKey() + " has a control character");
      }
      bytes += attribute.getKey().length();
      bytes += attribute.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes > MOST_BYTES
        ? Optional.of("its attributes have more than " + MOST_BYTES + " bytes")
        : Optional.empty();
  }

  private static Optional<String> wrongTime(String time) {
    try {
      OffsetDateTime.parse(time);
      return Optional.empty();
    } catch (DateTimeException e) {
      return Optional.of("the attribute time is no time like 2026-01-31T08:15:00Z");
    }
  }

  private static Optional<String> wrongType(String contentType) {
    String media = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return media.equals("application/json") || media.equals("text/json") || media.endsWith("+json")
        ? Optional.empty()
        : Optional.of("the datacontenttype is not JSON");
  }
}
