package dev.sluice.ingest.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Click events of thirteen fields, about 290 bytes of JSON each. Seed, base and number decide every
 * byte, so that any event can be made again.
 */
final class Clicks {
  static final String NAME = "clicks";

  private static final long USERS = 400_000;
  private static final long ITEMS = 60_000;
  private static final long EVENTS_PER_MILLI = 100;
  private static final List<String> TYPES =
      List.of("view", "view", "view", "search", "add_to_cart", "leave", "purchase", "view");
  private static final List<String> COUNTRIES =
      List.of("DE", "FR", "GB", "US", "IN", "BR", "JP", "PL");
  private static final List<String> DEVICES = List.of("android", "iphone", "desktop", "tablet");
  private static final List<String> SECTIONS =
      List.of("shoes", "jackets", "kitchen", "garden", "books", "toys", "music", "travel");
  private static final List<String> REFERRERS =
      List.of("search", "newsletter", "direct", "partner");

  private final long seed;
  private final Instant base;
  private final ClickIds ids;

  Clicks(long seed, Instant base) {
    this.seed = seed;
    this.base = base;
    this.ids = new ClickIds(seed);
  }

  ClickIds ids() {
    return ids;
  }

  /** So dense that twenty million are within four minutes: one day, one partition. */
  byte[] event(long number) {
    return event(number, base.plusMillis(number / EVENTS_PER_MILLI));
  }

  byte[] event(long number, Instant time) {
    long bits = bits(number);
    long user = user(bits);
    String section = pick(SECTIONS, bits >>> 20);
    long item = (bits >>> 24) % ITEMS;
    String json =
        "{\"event_id\":\""
            + ids.id(number)
            + "\",\"event_time\":\""
            + time
            + "\",\"user_id\":\"u"
            + (1_000_000 + user)
            + "\",\"session_id\":\"s"
            + Long.toHexString(Mixing.mix(user ^ seed) >>> 32)
            + "\",\"type\":\""
            + pick(TYPES, bits)
            + "\",\"page\":\"/"
            + section
            + '/'
            + item
            + "\",\"referrer\":\""
            + pick(REFERRERS, bits >>> 8)
            + "\",\"item_id\":\"i"
            + item
            + "\",\"country\":\""
            + pick(COUNTRIES, user)
            + "\",\"device\":\""
            + pick(DEVICES, user >>> 3)
            + "\",\"position\":"
            + ((bits >>> 44) % 50)
            + ",\"dwell_millis\":"
            + dwellMillis(number)
            + ",\"price\":"
            + (item % 200)
            + '.'
            + (10 + item % 90)
            + '}';
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** One of the values, to be added up as a proof that values and not only rows have arrived. */
  long dwellMillis(long number) {
    return (bits(number) >>> 50) * 3;
  }

  private long bits(long number) {
    return Mixing.mix(seed * 31 + number);
  }

  /** Few people do much: the square of an even draw. */
  private static long user(long bits) {
    double draw = (bits & 0xfffff) / (double) 0x100000;
    return (long) (draw * draw * USERS);
  }

  private static String pick(List<String> from, long bits) {
    return from.get((int) (bits & (from.size() - 1)));
  }
}
