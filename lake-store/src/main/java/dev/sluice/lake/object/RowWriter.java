package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/** The bytes of one row as they are put together. Whole numbers take as few bytes as they need. */
final class RowWriter {
  private byte[] bytes;
  private int size;

  RowWriter(int form, int expected) {
    bytes = new byte[Math.max(16, expected)];
    bytes[size++] = (byte) form;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  RowWriter number(long number) {
    room(10);
    long left = number;
    while ((left & ~0x7fL) != 0) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
    return this;
  }

  RowWriter code(char code) {
    room(1);
    bytes[size++] = (byte) code;
    return this;
  }

  RowWriter fixed(int number) {
    room(4);
    ByteBuffer.wrap(bytes).putInt(size, number);
    size += 4;
    return this;
  }

  RowWriter bytes(byte[] value, int length) {
    number(length);
    room(length);
    System.arraycopy(value, 0, bytes, size, length);
    size += length;
    return this;
  }

  RowWriter bytes(ByteBuffer value) {
    int length = value.remaining();
    number(length);
    room(length);
    value.get(bytes, size, length);
    size += length;
    return this;
  }

  RowWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return bytes(utf8, utf8.length);
  }

  /** A name of {@link Names}, as its bytes. */
  RowWriter name(String name) {
    byte[] packed = HexFormat.of().parseHex(name);
    return bytes(packed, packed.length);
  }

  RowWriter map(Map<String, String> map) {
    number(map.size());
    map.forEach((key, value) -> text(key).text(value));
    return this;
  }

  byte[] row() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
