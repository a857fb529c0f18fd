package dev.sluice.ingest.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** The bytes of an event that was read and is written again. */
public final class JsonBytes {
  private JsonBytes() {}

  /** In UTF-8; half of a surrogate pair, which that cannot hold, stays the escape it came as. */
  public static byte[] of(JsonNode node) {
    String text = node.toString();
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              if (Character.getType(point) == Character.SURROGATE) {
                out.append(String.format("\\u%04x", point));
              } else {
                out.appendCodePoint(point);
              }
            });
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
