package dev.sluice.lake.s3;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a listing goes on, in a form that nobody is tempted to read. */
final class Token {
  private Token() {}

  static String encode(String marker) {
    return Base64.getUrlEncoder().encodeToString(marker.getBytes(StandardCharsets.UTF_8));
  }

  static String decode(String token) {
    try {
      String marker = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (!marker.isEmpty() && marker.indexOf('\0') < 0) {
        return marker;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: a token that is not ours.
    }
    throw Faults.invalidArgument("The continuation token provided is incorrect");
  }
}
