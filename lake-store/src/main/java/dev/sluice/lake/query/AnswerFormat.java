package dev.sluice.lake.query;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How an answer is written. */
enum AnswerFormat {
  JSON("application/json"),
  NDJSON("application/x-ndjson"),
  CSV("text/csv"),
  PARQUET("application/vnd.apache.parquet");

  private final String mediaType;

  AnswerFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /** What the header calls it. */
  String contentType() {
    return this == CSV ? "text/csv; charset=utf-8; header=present" : mediaType;
  }

  /** By the word of a request's {@code format} field. */
  static Optional<AnswerFormat> named(String word) {
    return Arrays.stream(values()).filter(format -> format.word().equals(word)).findFirst();
  }

  static String words() {
    return Arrays.stream(values()).map(AnswerFormat::word).collect(Collectors.joining(", "));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The first of those an {@code Accept} header likes best; anything is JSON. */
  static Optional<AnswerFormat> accepted(String header) {
    Optional<AnswerFormat> best = Optional.empty();
    double liking = 0;
    for (String range : header.split(",", -1)) {
      List<String> parts = Arrays.stream(range.split(";", -1)).map(String::strip).toList();
      double quality = parts.stream().skip(1).mapToDouble(AnswerFormat::quality).min().orElse(1);
      Optional<AnswerFormat> format = ofMediaType(parts.get(0).toLowerCase(Locale.ROOT));
      if (format.isPresent() && quality > liking) {
        best = format;
        liking = quality;
      }
    }
    return best;
  }

  private static Optional<AnswerFormat> ofMediaType(String type) {
    return switch (type) {
      case "", "*/*", "*", "application/*" -> Optional.of(JSON);
      case "text/*" -> Optional.of(CSV);
      default ->
          Arrays.stream(values()).filter(format -> format.mediaType.equals(type)).findFirst();
    };
  }

  private static double quality(String parameter) {
    if (!parameter.startsWith("q=")) {
      return 1;
    }
    try {
      return Double.parseDouble(parameter.substring(2));
    } catch (NumberFormatException malformed) {
      return 0;
    }
  }
}
