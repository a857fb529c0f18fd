package dev.sluice.awswire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding as SigV4 defines it: only unreserved characters stay, hexadecimal in upper case.
 */
public final class Percent {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Percent() {}

  public static String encode(String text) {
    return encode(text, false);
  }

  /** As {@link #encode}, leaving slashes alone. */
  public static String encodePath(String path) {
    return encode(path, true);
  }

  private static String encode(String text, boolean keepSlash) {
    if (plain(text, keepSlash)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      int c = each & 0xff;
      if (unreserved(c) || (keepSlash && c == '/')) {
        out.append((char) c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    return out.toString();
  }

  private static boolean plain(String text, boolean keepSlash) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (!unreserved(c) && !(keepSlash && c == '/')) {
        return false;
      }
    }
    return true;
  }

  private static boolean unreserved(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '~';
  }

  /** Decodes a path; a plus sign is a plus sign. Refuses broken escapes and broken UTF-8. */
  public static String decodePath(String raw) {
    return decode(raw, false);
  }

  /** Decodes one name or value of a query string; a plus sign is a space. */
  public static String decodeQuery(String raw) {
    return decode(raw, true);
  }

  private static String decode(String raw, boolean plusIsSpace) {
    if (asItIs(raw, plusIsSpace)) {
      return raw;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length());
    int all = 0;
    for (int at = 0; at < raw.length(); at++) {
      char c = raw.charAt(at);
      if (c == '%') {
        if (at + 2 >= raw.length()) {
          throw invalid();
        }
        int high = Character.digit(raw.charAt(at + 1), 16);
        int low = Character.digit(raw.charAt(at + 2), 16);
        if (high < 0 || low < 0) {
          throw invalid();
        }
        all |= high << 4;
        out.write((high << 4) | low);
        at += 2;
      } else if (c == '+' && plusIsSpace) {
        out.write(' ');
      } else if (c < 0x100) {
        // An HTTP server hands bytes over as Latin-1 characters.
        all |= c;
        out.write(c);
      } else {
        throw invalid();
      }
    }
    if (all < 0x80) {
      return out.toString(StandardCharsets.US_ASCII);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw invalid();
    }
  }

  private static boolean asItIs(String raw, boolean plusIsSpace) {
    for (int at = 0; at < raw.length(); at++) {
      char c = raw.charAt(at);
      if (c == '%' || c >= 0x80 || (plusIsSpace && c == '+')) {
        return false;
      }
    }
    return true;
  }

  private static AwsFault invalid() {
    return new AwsFault(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}
