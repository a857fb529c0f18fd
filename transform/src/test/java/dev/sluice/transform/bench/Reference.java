package dev.sluice.transform.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of a table written by hand as one query, once for each engine's words. */
public enum Reference {
  SESSIONS,
  TRANSACTIONS,
  USER_DAYS;

  private static final Pattern MIDNIGHT = Pattern.compile("\\{midnight([+-]\\d+)}");

  public String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** For a view {@code events} of the raw table. */
  public String inSpark(LocalDate day) {
    return text(day)
        .replaceAll("day_of\\((\\w+)\\)", "to_date($1)")
        .replaceAll("micros_of\\((\\w+)\\)", "unix_micros($1)")
        .replace("{sha}", "sha2(")
        .replace("{/sha}", ", 256)")
        .replace("{row}", "struct");
  }

  /** For a view {@code events} of the raw table's files; times without a zone are faster there. */
  public String inDuckDb(LocalDate day) {
    return text(day)
        .replaceAll("day_of\\((\\w+)\\)", "CAST($1 AS DATE)")
        .replaceAll("micros_of\\((\\w+)\\)", "epoch_us($1)")
        .replace("{sha}", "sha256(")
        .replace("{/sha}", ")")
        .replace("{row}", "row");
  }

  private String text(LocalDate day) {
    String path = "/bench/" + table() + ".sql";
    try (InputStream file = Reference.class.getResourceAsStream(path)) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      Matcher midnights = MIDNIGHT.matcher(text);
      return midnights
          .replaceAll(
              found -> "TIMESTAMP '" + day.plusDays(Long.parseLong(found.group(1))) + " 00:00:00'")
          .replace("{day}", "DATE '" + day + "'");
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
