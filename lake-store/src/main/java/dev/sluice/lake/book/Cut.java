package dev.sluice.lake.book;

import dev.sluice.lake.http.Call;
import java.util.Optional;

/** Which part of a list is wanted. A token is a number: where the part begins. */
record Cut(Optional<Long> from, int size) {
  private static final int STANDARD = 50;
  private static final int MOST = 500;

  static Cut of(Call call) {
    String token = call.query().getOrDefault("pageToken", "");
    if (!token.isEmpty() && !token.matches("\\d{1,18}")) {
      throw RefusedCall.wrong("pageToken '" + token + "' was not given by this book");
    }
    int size = number(call, "pageSize", STANDARD, MOST);
    return new Cut(token.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(token)), size);
  }

  /** A number of the query between 1 and the most there can be. */
  static int number(Call call, String parameter, int standard, int most) {
    String written = call.query().getOrDefault(parameter, "");
    if (written.isEmpty() && !call.query().containsKey(parameter)) {
      return Math.min(standard, most);
    }
    if (!written.matches("[1-9]\\d{0,8}") || Integer.parseInt(written) > most) {
      throw RefusedCall.wrong(parameter + " is between 1 and " + most);
    }
    return Integer.parseInt(written);
  }

  int offset() {
    return (int) Math.min(from.orElse(0L), Integer.MAX_VALUE - MOST);
  }
}
