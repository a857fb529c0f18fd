package dev.sluice.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The notation of one value in a settings file. */
final class SettingsValue {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

  private static final Map<Class<?>, Function<String, Object>> NOTATIONS =
      Map.ofEntries(
          Map.entry(String.class, text -> text),
          Map.entry(Integer.class, Integer::valueOf),
          Map.entry(Long.class, Long::valueOf),
          Map.entry(Double.class, Double::valueOf),
          Map.entry(Boolean.class, SettingsValue::truth),
          Map.entry(Duration.class, SettingsValue::span),
          Map.entry(Instant.class, SettingsValue::instant),
          Map.entry(Path.class, Path::of),
          Map.entry(URI.class, URI::create),
          Map.entry(ByteSize.class, ByteSize::parse),
          Map.entry(Secret.class, Secret::new));

  /** Types whose wrong value must not be repeated in a message. */
  private static final Set<Class<?>> SILENT = Set.of(Secret.class);

  private SettingsValue() {}

  static boolean scalar(Class<?> type) {
    return type.isEnum() || NOTATIONS.containsKey(boxed(type));
  }

  static Object parse(Class<?> type, JsonNode node, String path) {
    if (node.isContainerNode()) {
      throw new SettingsException("setting '" + path + "' is one value, not a group of keys");
    }
    String text = node.asText();
    if (type.isEnum()) {
      return choice(type, text, path);
    }
    try {
      return NOTATIONS.get(boxed(type)).apply(text);
    } catch (SettingsException refused) {
      throw new SettingsException("setting '" + path + "': " + refused.getMessage());
    } catch (IllegalArgumentException refused) {
      String shown = SILENT.contains(type) ? "" : ": '" + text + "'";
      throw new SettingsException(
          "setting '" + path + "' is no " + type.getSimpleName().toLowerCase(Locale.ROOT) + shown);
    }
  }

  private static Class<?> boxed(Class<?> type) {
    return MethodType.methodType(type).wrap().returnType();
  }

  private static Object choice(Class<?> type, String text, String path) {
    for (Object constant : type.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
    }
    String choices =
        Arrays.stream(type.getEnumConstants())
            .map(SettingsValue::word)
            .collect(Collectors.joining(", "));
    throw new SettingsException(
        "setting '" + path + "' is '" + text + "', but must be one of: " + choices);
  }

  private static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Boolean truth(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(text);
    }
    return Boolean.valueOf(text);
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text.strip());
    } catch (DateTimeException refused) {
      throw new SettingsException("not a time: '" + text + "'; write 2027-01-31T00:00:00Z");
    }
  }

  private static Duration span(String text) {
    Matcher matcher = SPAN.matcher(text.strip());
    if (!matcher.matches()) {
      throw new SettingsException("not a duration: '" + text + "'; write 250ms, 2s, 5m, 1h or 7d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
