package dev.sluice.ingest.mqtt;

import dev.sluice.daemon.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One way a topic names a stream and a key: {@code factory/+/{key}/# -> sensor-readings}. Levels
 * are text, {@code {stream}}, {@code {key}}, {@code +} for any one, and at the end {@code #} for
 * any that follow.
 */
record TopicRule(List<String> levels, Optional<String> stream) {
  private static final String STREAM = "{stream}";
  private static final String KEY = "{key}";
  private static final String ANY = "+";
  private static final String REST = "#";

  TopicRule {
    levels = List.copyOf(levels);
    Objects.requireNonNull(stream, "stream");
  }

  static TopicRule parse(String text) {
    String[] sides = text.split("->", -1);
    if (sides.length > 2) {
      throw wrong(text, "write TOPIC or TOPIC -> STREAM");
    }
    List<String> levels = List.of(sides[0].strip().split("/", -1));
    Optional<String> stream = sides.length == 2 ? Optional.of(sides[1].strip()) : Optional.empty();
    for (int i = 0; i < levels.size(); i++) {
      requireLevel(text, levels.get(i), i == levels.size() - 1);
    }
    if (levels.stream().filter(KEY::equals).count() > 1) {
      throw wrong(text, "it has {key} twice");
    }
    long named = levels.stream().filter(STREAM::equals).count();
    if (named + (stream.isPresent() ? 1 : 0) != 1) {
      throw wrong(text, "name the stream once: {stream} in the topic, or -> STREAM behind it");
    }
    return new TopicRule(levels, stream);
  }

  private static void requireLevel(String text, String level, boolean last) {
    boolean mark = level.equals(STREAM) || level.equals(KEY) || level.equals(ANY);
    if (mark || (last && level.equals(REST))) {
      return;
    }
    if (level.matches(".*[+#{}].*")) {
      throw wrong(text, "a level is text, {stream}, {key}, + or, at the end, #");
    }
  }

  private static SettingsException wrong(String text, String why) {
    return new SettingsException("topic '" + text + "': " + why);
  }

  /** Where a message of the topic belongs, if this rule speaks of it. */
  Optional<Place> place(String topic) {
    List<String> parts = split(topic);
    boolean open = levels.get(levels.size() - 1).equals(REST);
    int fixed = open ? levels.size() - 1 : levels.size();
    if (open ? parts.size() < fixed : parts.size() != fixed) {
      return Optional.empty();
    }
    Optional<String> named = stream;
    Optional<String> key = Optional.empty();
    for (int i = 0; i < fixed; i++) {
      String level = levels.get(i);
      String part = parts.get(i);
      boolean literal = false;
      switch (level) {
        case STREAM -> named = Optional.of(part);
        case KEY -> key = Optional.of(part).filter(text -> !text.isEmpty());
        case ANY -> {}
        default -> literal = true;
      }
      // What begins with $ is the server's own: no mark stands for it.
      if (literal ? !level.equals(part) : i == 0 && part.startsWith("$")) {
        return Optional.empty();
      }
    }
    Optional<String> found = key;
    return named.map(name -> new Place(name, found));
  }

  private static List<String> split(String topic) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int slash = topic.indexOf('/'); slash >= 0; slash = topic.indexOf('/', from)) {
      parts.add(topic.substring(from, slash));
      from = slash + 1;
    }
    parts.add(topic.substring(from));
    return parts;
  }
}
