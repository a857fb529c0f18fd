package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An event's bytes and, behind them, the texts that are not among them. It is filled again and
 * again.
 */
final class Texts {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final int most;
  private byte[] bytes = new byte[1024];
  private int begin;
  private int end;

  /** So many bytes of text may be added. */
  Texts(int most) {
    this.most = most;
  }

  void begin(byte[] event) throws RefusedEventException {
    begin = 0;
    end = 0;
    room(event.length);
    System.arraycopy(event, 0, bytes, 0, event.length);
    begin = event.length;
    end = begin;
  }

  byte[] bytes() {
    return bytes;
  }

  int end() {
    return end;
  }

  void add(char ascii) throws RefusedEventException {
    room(1);
    bytes[end++] = (byte) ascii;
  }

  /** Adds bytes and gives the place of the first. */
  int add(byte[] from) throws RefusedEventException {
    room(from.length);
    int place = end;
    System.arraycopy(from, 0, bytes, end, from.length);
    end += from.length;
    return place;
  }

  void add(String ascii) throws RefusedEventException {
    var unused = add(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  void quote(String text) throws RefusedEventException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    quote(utf8, 0, utf8.length);
  }

  /** Adds a text, which is UTF-8, as a JSON string. */
  void quote(byte[] from, int at, int length) throws RefusedEventException {
    add('"');
    for (int i = at; i < at + length; i++) {
      byte b = from[i];
      if (b == '"' || b == '\\') {
        add('\\');
        add((char) b);
      } else if (b >= 0 && b < ' ') {
        add("\\u00");
        add((char) HEX[b >> 4]);
        add((char) HEX[b & 0xf]);
      } else {
        room(1);
        bytes[end++] = b;
      }
    }
    add('"');
  }

  private void room(int more) throws RefusedEventException {
    if (begin > 0 && end - begin > most - more) {
      throw new RefusedEventException(
          RefusalReason.TOO_LARGE,
          "as text, the undeclared fields have more than " + most + " bytes");
    }
    if (end + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + more));
    }
  }
}
