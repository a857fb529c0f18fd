package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Cut;
import dev.sluice.lake.http.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Which page of a list is asked for. A token holds the last name of the page before it, so that
 * what is made or dropped meanwhile moves no other name to another page.
 */
final class Paging {
  private static final int DEFAULT_SIZE = 1000;
  private static final int MAX_SIZE = 10_000;

  private Paging() {}

  /** The whole list, unless pages are asked for: by a size, or by the token of a next page. */
  static Cut cut(Call call) {
    String size = call.query().getOrDefault("pageSize", "");
    String token = call.query().getOrDefault("pageToken", "");
    if (size.isEmpty() && token.isEmpty()) {
      return Cut.whole();
    }
    return new Cut(
        token.isEmpty() ? Optional.empty() : Optional.of(decode(token)),
        size.isEmpty() ? DEFAULT_SIZE : size(size));
  }

  /** Null where there is no next page, as the protocol's answers have it. */
  static String token(Optional<String> next) {
    return next.map(
            name ->
                Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(name.getBytes(StandardCharsets.UTF_8)))
        .orElse(null);
  }

  private static int size(String size) {
    if (!size.matches("[1-9]\\d{0,4}") || Integer.parseInt(size) > MAX_SIZE) {
      throw new BadRequestException("pageSize is between 1 and %s", MAX_SIZE);
    }
    return Integer.parseInt(size);
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException foreign) {
      throw new BadRequestException("pageToken '%s' was not given by this catalog", token);
    }
  }
}
