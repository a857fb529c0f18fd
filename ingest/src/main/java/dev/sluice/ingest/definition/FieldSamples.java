package dev.sluice.ingest.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ingest.stream.FieldType;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the samples show of one field. */
final class FieldSamples {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern TIMELY =
      Pattern.compile("(?i)(.*_)?(time|timestamp|ts|at|date|millis)|.*(Time|At|Timestamp|Date)");

  /** Epoch milliseconds of this century, about. */
  private static final long EARLIEST = 946_684_800_000L;

  private static final long LATEST = 4_102_444_800_000L;

  /** A value's kind, as far as JSON and its text show it. */
  enum Kind {
    UUID("a uuid"),
    TIME("a time in ISO-8601"),
    TEXT("text"),
    WHOLE("a whole number"),
    FRACTION("a number with a fraction"),
    TRUTH("true or false"),
    NESTED("nested");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final String name;
  private final Map<Kind, Integer> firstSeen = new EnumMap<>(Kind.class);
  private final Set<String> distinct = new HashSet<>();
  private boolean epoch = true;
  private int present;

  FieldSamples(String name) {
    this.name = name;
  }

  void note(JsonNode value, int event) {
    if (value.isNull()) {
      return;
    }
    present++;
    Kind kind = kind(value);
    firstSeen.putIfAbsent(kind, event);
    epoch &= kind == Kind.WHOLE && value.asLong() >= EARLIEST && value.asLong() < LATEST;
    if (kind != Kind.NESTED) {
      distinct.add(value.asText());
    }
  }

  private static Kind kind(JsonNode value) {
    if (value.isContainerNode()) {
      return Kind.NESTED;
    }
    if (value.isBoolean()) {
      return Kind.TRUTH;
    }
    if (value.isNumber()) {
      return value.canConvertToLong() && value.isIntegralNumber() ? Kind.WHOLE : Kind.FRACTION;
    }
    String text = value.asText();
    if (UUID.matcher(text).matches()) {
      return Kind.UUID;
    }
    try {
      var unused = OffsetDateTime.parse(text);
      return Kind.TIME;
    } catch (DateTimeException e) {
      return Kind.TEXT;
    }
  }

  String name() {
    return name;
  }

  boolean always(int events) {
    return present == events;
  }

  boolean allDistinct(int events) {
    return distinct.size() == events;
  }

  int distinctValues() {
    return distinct.size();
  }

  /** What holds all values; empty where nothing does. */
  Optional<FieldType> type() {
    Set<Kind> kinds = firstSeen.keySet();
    if (kinds.isEmpty() || kinds.contains(Kind.NESTED)) {
      return Optional.empty();
    }
    if (kinds.size() == 1) {
      return Optional.of(
          switch (kinds.iterator().next()) {
            case UUID -> FieldType.UUID;
            case TIME -> FieldType.TIMESTAMP;
            case TEXT, NESTED -> FieldType.STRING;
            case WHOLE -> timely() ? FieldType.TIMESTAMP : FieldType.LONG;
            case FRACTION -> FieldType.DOUBLE;
            case TRUTH -> FieldType.BOOLEAN;
          });
    }
    if (Set.of(Kind.WHOLE, Kind.FRACTION).containsAll(kinds)) {
      return Optional.of(FieldType.DOUBLE);
    }
    return Set.of(Kind.UUID, Kind.TIME, Kind.TEXT).containsAll(kinds)
        ? Optional.of(FieldType.STRING)
        : Optional.empty();
  }

  /** Whether it is a whole number that is a time by its name and by all of its values. */
  boolean timely() {
    return epoch && firstSeen.containsKey(Kind.WHOLE) && TIMELY.matcher(name).matches();
  }

  /** Why no column can be of it. */
  String misfit() {
    if (firstSeen.isEmpty()) {
      return "always null";
    }
    if (firstSeen.size() == 1) {
      return "nested";
    }
    StringBuilder words = new StringBuilder();
    firstSeen.forEach(
        (kind, event) ->
            words
                .append(words.isEmpty() ? "" : ", ")
                .append(kind.words)
                .append(" in event ")
                .append(event));
    return words.toString();
  }
}
