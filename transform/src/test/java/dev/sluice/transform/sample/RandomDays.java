package dev.sluice.transform.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Days of a few users, with what is hard in them more often than life has it. */
public final class RandomDays {
  private final Random random;

  /** For what sessions and orders do not depend on, so that it leaves those as they were. */
  private final Random spice;

  private final LocalDate first;
  private final int days;
  private final List<RawEvent> events = new ArrayList<>();

  public RandomDays(long seed, LocalDate first, int days) {
    this.random = new Random(seed);
    this.spice = new Random(~seed);
    this.first = first;
    this.days = days;
  }

  public List<RawEvent> events() {
    for (int visit = 0; visit < 40; visit++) {
      visit("user-" + random.nextInt(5));
    }
    machine("machine-1", Duration.ofMinutes(29), Duration.ofHours(10 + random.nextInt(80)));
    machine("machine-2", Duration.ofMinutes(30), Duration.ofDays(days));
    for (int order = 0; order < 12; order++) {
      order("order-" + order);
    }
    copies();
    Collections.shuffle(events, random);
    return List.copyOf(events);
  }

  private void visit(String user) {
    Instant time = moment();
    for (int left = random.nextInt(12); left >= 0; left--) {
      String type = random.nextInt(8) == 0 ? "purchase" : "view";
      add(time, user, type, random.nextInt(3) == 0 ? "" : "order-" + random.nextInt(12));
      // Whole minutes around the rule's thirty, and ties.
      time =
          time.plus(
              Duration.ofMinutes(
                  random.nextInt(6) == 0 ? 28 + random.nextInt(5) : random.nextInt(9)));
    }
  }

  private void machine(String user, Duration step, Duration length) {
    Instant start = moment();
    for (Instant time = start; time.isBefore(start.plus(length)); time = time.plus(step)) {
      add(time, user, "view", "");
    }
  }

  /** Purchases on days in a row, over midnights, and refunds any time, also before. */
  private void order(String order) {
    Instant time = moment();
    for (int left = random.nextInt(4); left >= 0; left--) {
      add(time, "user-" + random.nextInt(5), "purchase", order);
      time = time.plus(Duration.ofHours(random.nextInt(3) == 0 ? 24 : random.nextInt(4)));
    }
    for (int left = random.nextInt(3); left > 0; left--) {
      add(moment(), "user-" + random.nextInt(5), "refund", order);
      add(moment().plus(Duration.ofDays(random.nextInt(35))), "user-1", "refund", order);
    }
  }

  /** Retries: the same event again, at once, a day later, and just outside the window of copies. */
  private void copies() {
    for (RawEvent event : List.copyOf(events)) {
      switch (random.nextInt(25)) {
        case 0 -> events.add(event.at(event.time(), next()));
        case 1 -> events.add(event.at(event.time().plus(Duration.ofHours(20)), next()));
        case 2 -> events.add(event.at(event.time().plus(Duration.ofHours(24)), next()));
        default -> {}
      }
    }
  }

  private void add(Instant time, String user, String type, String order) {
    RawEvent event =
        new RawEvent(
            "event-" + next(),
            time,
            user,
            type,
            random.nextInt(4) == 0 ? "" : "/page/" + random.nextInt(4),
            type.equals("view") ? "" : order,
            random.nextInt(100_000) / 1000.0,
            random.nextInt(4),
            List.of("EUR", "EUR", "EUR", "USD", "").get(random.nextInt(5)),
            List.of("", "ads", "mail").get(random.nextInt(3)),
            next());
    events.add(spiced(event));
  }

  /** Carts, items, ways to write a page, and what no stream declares. */
  private RawEvent spiced(RawEvent plain) {
    RawEvent event = plain;
    if (plain.type().equals("view") && spice.nextInt(5) == 0) {
      event = plain.as("add_to_cart");
    }
    if (spice.nextInt(3) > 0) {
      event = event.about("item-" + spice.nextInt(4), spice.nextBoolean() ? "" : "toys");
    }
    if (!event.page().isEmpty()) {
      event =
          event.on(
              switch (spice.nextInt(8)) {
                case 0 -> "https://shop.example:8443" + event.page() + "/?from=/mail/#top";
                case 1 -> "https://shop.example";
                case 2 -> event.page() + "/part//";
                default -> event.page();
              });
    }
    if (spice.nextInt(6) == 0) {
      event = event.saying("campaign", spice.nextBoolean() ? "spring" : "autumn");
    }
    if (spice.nextInt(9) == 0) {
      event = event.saying("country", List.of("DE", "FR", "PT").get(spice.nextInt(3)));
    }
    return spice.nextInt(12) == 0 ? identified(event) : event;
  }

  /** Two users to a device, one device or two to a user. */
  private RawEvent identified(RawEvent event) {
    int user = event.user().charAt(event.user().length() - 1) - '0';
    return spice.nextBoolean()
        ? event.saying("device_id", "device-" + user / 2)
        : event.saying("anonymous_id", "anonymous-" + event.user());
  }

  private long next() {
    return events.size();
  }

  /** Half of all moments are within the hour around a midnight. */
  private Instant moment() {
    Instant midnight =
        first.plusDays(random.nextInt(days)).atStartOfDay(ZoneOffset.UTC).toInstant();
    return random.nextBoolean()
        ? midnight.plus(Duration.ofMinutes(random.nextInt(60) - 30L))
        : midnight.plus(Duration.ofSeconds(random.nextInt(86_400)));
  }
}
