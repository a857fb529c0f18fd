package dev.sluice.ingest.door;

import dev.sluice.ingest.cloudevent.CloudContext;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The context of a CloudEvent in binary mode, as its HTTP binding writes it into headers. */
final class ContextHeaders {
  private static final String PREFIX = "ce-";
  private static final int HEX = 16;

  private ContextHeaders() {}

  /** Empty for a request that is no such event. */
  static Optional<CloudContext> of(MultiMap headers) {
    if (!headers.contains("ce-specversion") && !headers.contains("ce-id")) {
      return Optional.empty();
    }
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX)) {
        attributes.put(name.substring(PREFIX.length()), decoded(header.getValue().strip()));
      } else if (name.equals("content-type")) {
        attributes.put("datacontenttype", header.getValue().strip());
      }
    }
    return Optional.of(new CloudContext(attributes));
  }

  /** Without its quotes, percent signs with two digits read as a byte of UTF-8. */
  private static String decoded(String value) {
    String plain = value;
    if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
      plain = value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }
    if (plain.indexOf('%') < 0) {
      return plain;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      int high =
          c == '%' && i + 2 < plain.length() ? Character.digit(plain.charAt(i + 1), HEX) : -1;
      int low = high >= 0 ? Character.digit(plain.charAt(i + 2), HEX) : -1;
      if (low >= 0) {
        bytes.write(high * HEX + low);
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
