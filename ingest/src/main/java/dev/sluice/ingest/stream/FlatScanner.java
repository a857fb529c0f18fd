package dev.sluice.ingest.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what nearly all events are, a flat JSON object in plain notation, straight into columns. It
 * never refuses an event: whatever it is not sure of (an escape, a nested value, a number in an odd
 * notation, anything wrong) it leaves to {@link EventDecoder}, which alone says what an event is.
 * So the two cannot disagree as long as all that is read here is read there the same, and that is
 * tested on random events.
 */
final class FlatScanner {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final int DIGITS_OF_LONG = 18;

  private final DecodeLimits limits;
  private final EventColumns columns;
  private final byte[][] names;
  private final FieldType[] types;
  private final boolean[] required;
  private final boolean[] seen;

  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private boolean beyondAscii;
  private int expected;

  FlatScanner(Stream stream, DecodeLimits limits, EventColumns columns) {
    this.limits = limits;
    this.columns = columns;
    List<Field> fields = stream.fields();
    this.names = new byte[fields.size()][];
    this.types = new FieldType[fields.size()];
    this.required = new boolean[fields.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = fields.get(i).name().getBytes(StandardCharsets.UTF_8);
      types[i] = fields.get(i).type();
      required[i] = fields.get(i).required();
    }
    this.seen = new boolean[names.length];
  }

  /** Fills the columns; false leaves the event to the decoder, and the columns in any state. */
  boolean scan(byte[] event) {
    if (event.length > limits.eventBytes()) {
      return false;
    }
    bytes = event;
    at = 0;
    end = event.length;
    beyondAscii = false;
    expected = 0;
    columns.begin(event);
    Arrays.fill(seen, false);
    return object()
        && complete()
        && (!beyondAscii || Utf8.firstInvalid(event, 0, event.length).isEmpty());
  }

  private boolean object() {
    if (next() != '{') {
      return false;
    }
    at++;
    if (next() == '}') {
      at++;
      return next() == 0 && at == end;
    }
    int fields = 0;
    while (true) {
      if (++fields > limits.fields() || next() != '"' || !field()) {
        return false;
      }
      int separator = next();
      at++;
      if (separator == '}') {
        return next() == 0 && at == end;
      }
      if (separator != ',') {
        return false;
      }
    }
  }

  private boolean complete() {
    for (int i = 0; i < required.length; i++) {
      if (required[i] && !columns.has(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean field() {
    int name = at + 1;
    int field = -1;
    int size;
    if (expectedNext()) {
      field = expected;
      size = names[field].length;
      at += size + 2;
    } else {
      size = string();
      if (size < 0) {
        return false;
      }
      field = find(name, size);
    }
    if (next() != ':') {
      return false;
    }
    at++;
    int first = next();
    if (field < 0) {
      return extra(name, size, first);
    }
    if (seen[field]) {
      return false;
    }
    seen[field] = true;
    expected = field + 1;
    return first == 'n' ? literal("null") : value(field, first);
  }

  /** Events of one sender name their fields in one order: the next is most often the next. */
  private boolean expectedNext() {
    if (expected == names.length) {
      return false;
    }
    byte[] name = names[expected];
    int behind = at + 1 + name.length;
    return behind < end && bytes[behind] == '"' && same(name, at + 1, name.length);
  }

  private boolean value(int field, int first) {
    return switch (types[field]) {
      case STRING -> first == '"' && text(field);
      case LONG -> whole(field);
      case INT -> whole(field) && (int) columns.whole(field) == columns.whole(field);
      case DOUBLE -> fraction(field);
      case BOOLEAN -> truth(field, first);
      case TIMESTAMP -> first == '"' ? time(field) : millis(field);
      case UUID -> first == '"' && uuid(field);
    };
  }

  private int find(int name, int size) {
    for (int i = 0; i < names.length; i++) {
      if (same(names[i], name, size)) {
        return i;
      }
    }
    return -1;
  }

  /** Names are short: two words that may overlap hold most of them. */
  private boolean same(byte[] known, int from, int size) {
    if (known.length != size) {
      return false;
    }
    if (size < Long.BYTES || size > 2 * Long.BYTES) {
      return Arrays.equals(known, 0, size, bytes, from, from + size);
    }
    int last = size - Long.BYTES;
    return (long) LONGS.get(known, 0) == (long) LONGS.get(bytes, from)
        && (long) LONGS.get(known, last) == (long) LONGS.get(bytes, from + last);
  }

  private boolean extra(int name, int size, int first) {
    int count = columns.extras();
    if (count == EventColumns.EXTRAS_MAX) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      int other = columns.extraName(i);
      if (columns.extraNameLength(i) == size
          && Arrays.equals(bytes, other, other + size, bytes, name, name + size)) {
        return false;
      }
    }
    int value = at;
    boolean read =
        switch (first) {
          case '"' -> string() >= 0;
          case 't' -> literal("true");
          case 'f' -> literal("false");
          case 'n' -> literal("null");
          default -> number();
        };
    columns.extra(name, size, value, at - value);
    return read;
  }

  private boolean text(int field) {
    int from = at + 1;
    int size = string();
    columns.text(field, from, size);
    return size >= 0;
  }

  private boolean truth(int field, int first) {
    columns.word(field, first == 't' ? 1 : 0);
    return first == 't' ? literal("true") : literal("false");
  }

  private boolean time(int field) {
    int from = at + 1;
    int size = string();
    if (size < 0) {
      return false;
    }
    long micros = PlainTime.micros(bytes, from, size);
    columns.word(field, micros);
    return micros != PlainTime.NONE;
  }

  private boolean millis(int field) {
    if (!whole(field)) {
      return false;
    }
    long millis = columns.whole(field);
    columns.word(field, millis * 1_000);
    return millis >= PlainTime.EARLIEST_MILLIS && millis <= PlainTime.LATEST_MILLIS;
  }

  private boolean uuid(int field) {
    int from = at + 1;
    if (string() != UuidText.LENGTH || !UuidText.is(bytes, from)) {
      return false;
    }
    columns.uuid(field, UuidText.high(bytes, from), UuidText.low(bytes, from));
    return true;
  }

  private boolean whole(int field) {
    boolean negative = at < end && bytes[at] == '-';
    int from = negative ? at + 1 : at;
    long value = 0;
    int i = from;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
      value = value * 10 + (bytes[i] - '0');
      i++;
    }
    int digits = i - from;
    at = i;
    columns.word(field, negative ? -value : value);
    return digits > 0 && digits <= DIGITS_OF_LONG && (digits == 1 || bytes[from] != '0');
  }

  private boolean fraction(int field) {
    int from = at;
    if (!number()) {
      return false;
    }
    double value = PlainNumber.fraction(bytes, from, at);
    columns.word(field, Double.doubleToRawLongBits(value));
    return !Double.isInfinite(value);
  }

  /** Passes over a number as JSON writes them. */
  private boolean number() {
    int i = at < end && bytes[at] == '-' ? at + 1 : at;
    int from = i;
    i = digits(i);
    if (i == from || (i > from + 1 && bytes[from] == '0')) {
      return false;
    }
    if (i < end && bytes[i] == '.') {
      int fraction = ++i;
      i = digits(i);
      if (i == fraction) {
        return false;
      }
    }
    if (i < end && (bytes[i] | 0x20) == 'e') {
      i++;
      if (i < end && (bytes[i] == '+' || bytes[i] == '-')) {
        i++;
      }
      int exponent = i;
      i = digits(i);
      if (i == exponent) {
        return false;
      }
    }
    int size = i - at;
    at = i;
    return size <= PlainNumber.LONGEST;
  }

  private int digits(int from) {
    int i = from;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  private boolean literal(String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /**
   * Passes over a string, from its first quote to behind its last, and gives its size in bytes; -1
   * if it is not plain. Eight bytes at a time: which of them is a quote, a backslash, a control
   * character or beyond ASCII shows in the byte's highest bit (the zero-byte test of "Bit Twiddling
   * Hacks", S. E. Anderson).
   */
  private int string() {
    int from = at + 1;
    int i = from;
    while (i + Long.BYTES <= end) {
      long word = (long) LONGS.get(bytes, i);
      long quote = word ^ (ONES * '"');
      long slash = word ^ (ONES * '\\');
      long found =
          (((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | (word - ONES * 0x20) | word)
              & HIGHS;
      if (found == 0) {
        i += Long.BYTES;
        continue;
      }
      // The lowest is never a false one: those come from the borrow of a true one below.
      i += Long.numberOfTrailingZeros(found) >>> 3;
      if (bytes[i] == '"') {
        at = i + 1;
        return i - from;
      }
      if (bytes[i] >= 0) {
        return -1;
      }
      beyondAscii = true;
      i++;
    }
    return shortString(from, i);
  }

  /** The same byte by byte, where fewer than eight are left. */
  private int shortString(int from, int begin) {
    for (int i = begin; i < end; i++) {
      byte b = bytes[i];
      if (b == '"') {
        at = i + 1;
        return i - from;
      }
      if (b == '\\' || (b >= 0 && b < 0x20)) {
        return -1;
      }
      beyondAscii |= b < 0;
    }
    return -1;
  }

  /** The next byte that is not white space, 0 at the end. */
  private int next() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
      at++;
    }
    return 0;
  }
}
