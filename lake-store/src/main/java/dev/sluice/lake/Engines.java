package dev.sluice.lake;

import dev.sluice.lake.http.Call;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which engine calls. Of what clients say of themselves only names that are known are kept: anybody
 * can say anything, and each new word would be a line of its own for a table and a day.
 */
final class Engines {
  static final String OTHER = "other";

  /** As they begin what they say. */
  private static final List<String> KNOWN =
      List.of(
          "Apache Iceberg",
          "PyIceberg",
          "iceberg-rust",
          "iceberg-rs",
          "iceberg-go",
          "GoIceberg",
          "Apache Spark",
          "Spark",
          "Trino",
          "Presto",
          "Flink",
          "DuckDB",
          "ClickHouse",
          "StarRocks",
          "Doris",
          "Snowflake",
          "Dremio",
          "Daft",
          "Polars",
          "python-requests",
          "curl",
          "Java-http-client");

  private Engines() {}

  /** As Iceberg's clients name themselves, or as all HTTP clients do. */
  static String of(Call call) {
    return Stream.of("x-client-version", "user-agent")
        .map(call::header)
        .flatMap(Optional::stream)
        .flatMap(said -> known(said.strip()).stream())
        .findFirst()
        .orElse(OTHER);
  }

  static Optional<String> known(String said) {
    String text = said.toLowerCase(Locale.ROOT);
    return KNOWN.stream()
        .filter(name -> text.startsWith(name.toLowerCase(Locale.ROOT)))
        .filter(
            name ->
                text.length() == name.length()
                    || !Character.isLetterOrDigit(text.charAt(name.length())))
        .findFirst();
  }
}
