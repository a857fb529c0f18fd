package dev.sluice.ingest.stream;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/**
 * One event as values by column, made to be filled again and again: a reader of millions of events
 * makes no object for any of them. Texts are slices of bytes that this event borrows, so what is
 * here is good until the next event is read into it. Fields count as the stream declares them.
 *
 * <p>Not for use by two threads.
 */
public final class EventColumns {

  /** Undeclared fields one event may have here; what has more goes by way of {@link Decoded}. */
  static final int EXTRAS_MAX = 32;

  private final Stream stream;
  private final boolean[] there;
  private final long[] words;
  private final long[] lows;
  private final int[] from;
  private final int[] length;
  private byte[] bytes = new byte[0];
  private int end;

  private int extras;
  private int[] extraName = new int[EXTRAS_MAX];
  private int[] extraNameLength = new int[EXTRAS_MAX];
  private int[] extraValue = new int[EXTRAS_MAX];
  private int[] extraValueLength = new int[EXTRAS_MAX];

  public EventColumns(Stream stream) {
    this.stream = stream;
    int fields = stream.fields().size();
    this.there = new boolean[fields];
    this.words = new long[fields];
    this.lows = new long[fields];
    this.from = new int[fields];
    this.length = new int[fields];
  }

  public Stream stream() {
    return stream;
  }

  /** Whether the event has a value for the field; all below is asked only where it has. */
  public boolean has(int field) {
    return there[field];
  }

  /**
   * A whole number; 1 and 0 for true and false; microseconds since 1970 for a time; the upper half
   * of a UUID.
   */
  public long whole(int field) {
    return words[field];
  }

  public double fraction(int field) {
    return Double.longBitsToDouble(words[field]);
  }

  /** The lower half of a UUID. */
  public long low(int field) {
    return lows[field];
  }

  /** What all texts are slices of. */
  public byte[] bytes() {
    return bytes;
  }

  public int from(int field) {
    return from[field];
  }

  public int length(int field) {
    return length[field];
  }

  /** How many undeclared fields there are. */
  public int extras() {
    return extras;
  }

  public int extraName(int extra) {
    return extraName[extra];
  }

  public int extraNameLength(int extra) {
    return extraNameLength[extra];
  }

  /** Where the value's JSON text, as it was sent, begins. */
  public int extraValue(int extra) {
    return extraValue[extra];
  }

  public int extraValueLength(int extra) {
    return extraValueLength[extra];
  }

  /** Begins another event, whose texts are slices of these bytes. */
  public void begin(byte[] source) {
    Arrays.fill(there, false);
    bytes = source;
    extras = 0;
  }

  /** The texts are slices of these bytes, which begin with those they were slices of. */
  public void extend(byte[] longer) {
    bytes = longer;
  }

  /** Sets what {@link #whole} or {@link #fraction} gives. */
  public void word(int field, long word) {
    there[field] = true;
    words[field] = word;
  }

  public void uuid(int field, long high, long low) {
    word(field, high);
    lows[field] = low;
  }

  public void text(int field, int begin, int size) {
    there[field] = true;
    from[field] = begin;
    length[field] = size;
  }

  public void extra(int name, int nameSize, int value, int valueSize) {
    if (extras == extraName.length) {
      extraName = Arrays.copyOf(extraName, 2 * extras);
      extraNameLength = Arrays.copyOf(extraNameLength, 2 * extras);
      extraValue = Arrays.copyOf(extraValue, 2 * extras);
      extraValueLength = Arrays.copyOf(extraValueLength, 2 * extras);
    }
    extraName[extras] = name;
    extraNameLength[extras] = nameSize;
    extraValue[extras] = value;
    extraValueLength[extras] = valueSize;
    extras++;
  }

  /** Takes over an event that was decoded the long way; its texts are written one after another. */
  void fill(Decoded.Event event) {
    begin(new byte[256]);
    end = 0;
    for (int i = 0; i < there.length; i++) {
      Object value = event.values().get(stream.fields().get(i).name());
      if (value != null) {
        fill(i, value);
      }
    }
    for (Map.Entry<String, String> extra : event.extra().entrySet()) {
      int name = append(extra.getKey());
      int nameSize = end - name;
      int text = append(extra.getValue());
      extra(name, nameSize, text, end - text);
    }
  }

  private void fill(int field, Object value) {
    if (value instanceof String text) {
      int begin = append(text);
      text(field, begin, end - begin);
    } else if (value instanceof Long number) {
      word(field, number);
    } else if (value instanceof Double number) {
      word(field, Double.doubleToRawLongBits(number));
    } else if (value instanceof Boolean truth) {
      word(field, truth ? 1 : 0);
    } else if (value instanceof Instant time) {
      word(field, time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
    } else {
      UUID uuid = (UUID) value;
      uuid(field, uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }
  }

  private int append(String text) {
    byte[] more = text.getBytes(StandardCharsets.UTF_8);
    if (end + more.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + more.length));
    }
    System.arraycopy(more, 0, bytes, end, more.length);
    int begin = end;
    end += more.length;
    return begin;
  }
}
