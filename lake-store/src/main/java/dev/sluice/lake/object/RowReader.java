package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Takes a row of form 2 apart, in the order in which it was written. */
final class RowReader {
  private final byte[] bytes;
  private int at = 1;

  RowReader(byte[] row) {
    this.bytes = row;
  }

  /** Whether fields follow: a row written before a field was added ends before it. */
  boolean more() {
    return at < bytes.length;
  }

  private int skip(long length) {
    if (length < 0 || length > bytes.length - at) {
      throw new StoreException(
          StoreException.Reason.DAMAGED, "a row of the object store is cut short");
    }
    int from = at;
    at += (int) length;
    return from;
  }

  long number() {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes[skip(1)];
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new StoreException(
        StoreException.Reason.DAMAGED, "a row of the object store holds a number too long");
  }

  int count() {
    long count = number();
    if (count < 0 || count > bytes.length) {
      throw new StoreException(
          StoreException.Reason.DAMAGED, "a row of the object store is cut short");
    }
    return (int) count;
  }

  char code() {
    return (char) bytes[skip(1)];
  }

  int fixed() {
    return ByteBuffer.wrap(bytes).getInt(skip(4));
  }

  byte[] bytes() {
    long length = number();
    int from = skip(length);
    return Arrays.copyOfRange(bytes, from, at);
  }

  String text() {
    long length = number();
    int from = skip(length);
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  String name() {
    long length = number();
    int from = skip(length);
    return HexFormat.of().formatHex(bytes, from, at);
  }

  Map<String, String> map() {
    Map<String, String> map = new TreeMap<>();
    for (int left = count(); left > 0; left--) {
      map.put(text(), text());
    }
    return map;
  }
}
