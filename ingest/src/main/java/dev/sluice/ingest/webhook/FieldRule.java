package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.ingest.stream.Field;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How one field of an event is filled from a call. */
record FieldRule(
    Field field,
    List<Source> sources,
    Conversion conversion,
    Map<String, String> values,
    ZoneId zone,
    Optional<DateTimeFormatter> pattern) {
  private static final String ALL_OTHERS = "*";
  private static final int LONGEST_NUMBER = 100;

  FieldRule {
    Objects.requireNonNull(field, "field");
    sources = List.copyOf(sources);
    Objects.requireNonNull(conversion, "conversion");
    values = Map.copyOf(values);
    Objects.requireNonNull(zone, "zone");
    Objects.requireNonNull(pattern, "pattern");
  }

  static FieldRule of(Field field, ValueSettings said) {
    Conversion conversion = said.as().orElseGet(() -> Conversion.of(field.type()));
    if (!conversion.makes(field.type())) {
      throw new IllegalArgumentException(
          "as: " + word(conversion) + " makes no " + field.type().wireName());
    }
    try {
      return new FieldRule(
          field,
          said.from().stream().map(Source::parse).toList(),
          conversion,
          said.values(),
          ZoneId.of(said.zone()),
          said.pattern().map(DateTimeFormatter::ofPattern));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("zone " + said.zone() + " is none", e);
    }
  }

  private static String word(Conversion conversion) {
    return conversion.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /** The value as an event of the stream writes it; empty when it cannot be read so. */
  Optional<JsonNode> read(JsonNode sent) {
    String text = mapped(sent);
    try {
      return switch (conversion) {
        case TEXT, DIGEST -> Optional.of(TextNode.valueOf(text));
        case NUMBER -> number(text);
        case WHOLE -> Optional.of(LongNode.valueOf(decimal(text).longValueExact()));
        case TRUTH -> truth(text);
        case TIME -> Optional.of(TextNode.valueOf(time(text).toString()));
        case EPOCH_SECONDS -> Optional.of(millis(decimal(text).movePointRight(3)));
        case EPOCH_MILLIS -> Optional.of(millis(decimal(text)));
      };
    } catch (NumberFormatException | ArithmeticException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** SHA-256 of what all places hold; places that hold nothing count as such. */
  static JsonNode digest(List<Optional<JsonNode>> parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Optional<JsonNode> part : parts) {
        byte[] bytes = part.map(FieldRule::text).orElse("").getBytes(StandardCharsets.UTF_8);
        // The length in front, so that no two lists of parts run together to the same bytes.
        sha.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        sha.update(bytes);
      }
      return TextNode.valueOf(HexFormat.of().formatHex(sha.digest(), 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String mapped(JsonNode sent) {
    String text = text(sent);
    return values.getOrDefault(text, values.getOrDefault(ALL_OTHERS, text));
  }

  private static String text(JsonNode sent) {
    return sent.isTextual() ? sent.textValue() : sent.toString();
  }

  private static BigDecimal decimal(String text) {
    // A short text with a long exponent stands for a number nobody can hold.
    if (text.length() > LONGEST_NUMBER) {
      throw new NumberFormatException("too long");
    }
    BigDecimal number = new BigDecimal(text.strip());
    if (Math.abs((long) number.scale()) > LONGEST_NUMBER) {
      throw new NumberFormatException("too large");
    }
    return number;
  }

  private static Optional<JsonNode> number(String text) {
    double value = decimal(text).doubleValue();
    return Double.isInfinite(value) ? Optional.empty() : Optional.of(DoubleNode.valueOf(value));
  }

  private static Optional<JsonNode> truth(String text) {
    return switch (text.strip().toLowerCase(java.util.Locale.ROOT)) {
      case "true", "1", "yes" -> Optional.of(BooleanNode.TRUE);
      case "false", "0", "no" -> Optional.of(BooleanNode.FALSE);
      default -> Optional.empty();
    };
  }

  private static JsonNode millis(BigDecimal millis) {
    long whole = millis.setScale(0, java.math.RoundingMode.FLOOR).longValueExact();
    return TextNode.valueOf(Instant.ofEpochMilli(whole).toString());
  }

  private Instant time(String text) {
    String stripped = text.strip();
    if (pattern.isPresent()) {
      TemporalAccessor read =
          pattern.get().parseBest(stripped, OffsetDateTime::from, LocalDateTime::from);
      return read instanceof OffsetDateTime offset
          ? offset.toInstant()
          : ((LocalDateTime) read).atZone(zone).toInstant();
    }
    String iso =
        stripped.length() > 10 && stripped.charAt(10) == ' '
            ? stripped.substring(0, 10) + "T" + stripped.substring(11)
            : stripped;
    TemporalAccessor read = LENIENT.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
    return read instanceof OffsetDateTime offset
        ? offset.toInstant()
        : ((LocalDateTime) read).atZone(zone).toInstant();
  }

  /** ISO-8601, also with an offset without a colon, as AppsFlyer's local times have it. */
  private static final DateTimeFormatter LENIENT =
      new java.time.format.DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHMM", "Z")
          .optionalEnd()
          .toFormatter(java.util.Locale.ROOT);
}
