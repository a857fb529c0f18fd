package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which part of a listing is asked for. The token names the last thing given, so a listing that
 * changes between pages repeats and skips nothing that stays.
 *
 * @param asked whether the request bounds the page
 */
record Page(boolean asked, int size, Optional<String> after) {
  private static final int LEAST = 5;
  private static final String MARK = "after:";

  /** One page of a listing, and the token of the next if there is one. */
  record Slice<T>(List<T> items, Optional<String> next) {
    void write(XmlWriter out) {
      next.ifPresent(token -> out.text("nextToken", token));
    }
  }

  static Page read(Parameters parameters, int most) {
    Optional<Integer> size = parameters.number("MaxResults");
    if (size.isPresent() && (size.get() < LEAST || size.get() > most)) {
      throw new AwsFault(
          400,
          "InvalidParameterValue",
          "Value ("
              + size.get()
              + ") for parameter maxResults is invalid. Expecting a value from "
              + LEAST
              + " to "
              + most
              + ".");
    }
    Optional<String> token = parameters.text("NextToken").filter(text -> !text.isEmpty());
    return new Page(size.isPresent(), size.orElse(most), token.map(Page::last));
  }

  private static String last(String token) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith(MARK)) {
        return text.substring(MARK.length());
      }
    } catch (IllegalArgumentException notOurs) {
      // Refused below, like any other text that is no token of ours.
    }
    throw new AwsFault(400, "InvalidNextToken", "The token '" + token + "' is not valid.");
  }

  /** Cuts the page out of everything, in the order of the keys, which are unique. */
  <T> Slice<T> cut(List<T> all, Function<T, String> key) {
    List<T> left =
        all.stream()
            .sorted(Comparator.comparing(key))
            .filter(thing -> after.isEmpty() || key.apply(thing).compareTo(after.get()) > 0)
            .limit(size + 1L)
            .toList();
    if (left.size() <= size) {
      return new Slice<>(left, Optional.empty());
    }
    List<T> items = left.subList(0, size);
    byte[] token = (MARK + key.apply(items.get(size - 1))).getBytes(StandardCharsets.UTF_8);
    return new Slice<>(
        items, Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(token)));
  }
}
