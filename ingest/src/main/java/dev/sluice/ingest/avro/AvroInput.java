package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of one event, read from front to back as Avro's binary encoding has them. Whatever the
 * bytes are, nothing is read beyond their end and nothing is made larger than they are.
 */
final class AvroInput {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Seven bits a byte. */
  private static final int LONGEST_INT = 5;

  private byte[] bytes = new byte[0];
  private int at;

  void begin(byte[] event, int from) {
    bytes = event;
    at = from;
  }

  byte[] bytes() {
    return bytes;
  }

  /** The next byte's place. */
  int at() {
    return at;
  }

  void end() throws RefusedEventException {
    if (at != bytes.length) {
      throw RefusedEventException.malformed((bytes.length - at) + " bytes follow the event", at);
    }
  }

  long readLong() throws RefusedEventException {
    int from = at;
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == bytes.length) {
        throw early();
      }
      byte b = bytes[at++];
      if (shift == 63 && (b & 0xfe) != 0) {
        break;
      }
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw RefusedEventException.malformed("a number of more than 64 bits", from);
  }

  int readInt() throws RefusedEventException {
    int from = at;
    long value = readLong();
    if (value != (int) value || at - from > LONGEST_INT) {
      throw RefusedEventException.malformed("a number of more than 32 bits", from);
    }
    return (int) value;
  }

  /** A branch of a union, or a symbol of an enum. */
  int readIndex(int choices) throws RefusedEventException {
    int from = at;
    int index = readInt();
    if (index < 0 || index >= choices) {
      throw RefusedEventException.malformed(index + " is none of " + choices + " choices", from);
    }
    return index;
  }

  boolean readBoolean() throws RefusedEventException {
    int from = skip(1);
    if (bytes[from] != 0 && bytes[from] != 1) {
      throw RefusedEventException.malformed("neither true nor false", from);
    }
    return bytes[from] == 1;
  }

  float readFloat() throws RefusedEventException {
    return Float.intBitsToFloat((int) INTS.get(bytes, skip(Float.BYTES)));
  }

  double readDouble() throws RefusedEventException {
    return Double.longBitsToDouble((long) LONGS.get(bytes, skip(Double.BYTES)));
  }

  /** How long the bytes or the text are that follow. */
  int readLength() throws RefusedEventException {
    int from = at;
    long length = readLong();
    if (length < 0 || length > bytes.length - at) {
      throw RefusedEventException.malformed(
          "a length of " + length + " where " + (bytes.length - at) + " bytes are left", from);
    }
    return (int) length;
  }

  /** Passes over so many bytes and gives the place of the first. */
  int skip(int length) throws RefusedEventException {
    if (length > bytes.length - at) {
      throw early();
    }
    int from = at;
    at += length;
    return from;
  }

  /** The items of a block of an array or a map; 0 ends it. A block may say its size: unused. */
  long readBlock() throws RefusedEventException {
    int from = at;
    long count = readLong();
    if (count >= 0) {
      return count;
    }
    long size = readLong();
    if (count == Long.MIN_VALUE || size < 0 || size > bytes.length - at) {
      throw RefusedEventException.malformed("a block of " + size + " bytes", from);
    }
    return -count;
  }

  void requireText(int from, int length) throws RefusedEventException {
    if (Utf8.firstInvalid(bytes, from, length).isPresent()) {
      throw new RefusedEventException(
          RefusalReason.INVALID_UTF8, "the text at byte " + from + " is not UTF-8");
    }
  }

  private RefusedEventException early() {
    return RefusedEventException.malformed("the event ends too early", bytes.length);
  }
}
