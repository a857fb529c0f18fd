package dev.sluice.transform.subject.marketing;

import dev.sluice.transform.sample.RawEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Some weeks of a few users around a day, with what is hard more often than life has it. */
final class RandomMarket {
  private static final List<String> SOURCES =
      List.of("ads", "mail", "Ads Network", "", " Organic", "(none)", "direct");

  private final Random random;
  private final LocalDate day;
  private final Market market = Market.empty();
  private long offset;

  RandomMarket(long seed, LocalDate day) {
    this.random = new Random(seed);
    this.day = day;
  }

  Market made() {
    for (int i = 0; i < 60; i++) {
      market.visits().add(new Market.Visit(user(), "visit-" + i, before(), source()));
    }
    // A machine: more touches than a path holds.
    for (int i = 0; i < 150; i++) {
      Instant time = midnight(-20).plus(Duration.ofHours(3).multipliedBy(i));
      market.visits().add(new Market.Visit("user-0", "machine-" + i, time, "bots"));
    }
    for (int i = 0; i < 25; i++) {
      String net = BigDecimal.valueOf(random.nextInt(2_000_000) - 200_000, 4).toString();
      market.orders().add(new Market.Order("order-" + i, user(), around(), net, currency()));
    }
    for (int i = 0; i < 12; i++) {
      RawEvent install = Market.install("install-" + i, around(), user(), offset++);
      market.events().add(install);
      if (random.nextInt(3) == 0) {
        market
            .events()
            .add(install.at(install.time().plusSeconds(random.nextInt(90_000)), offset++));
      }
    }
    for (int i = 0; i < 40; i++) {
      postback(i);
    }
    Collections.shuffle(market.visits(), random);
    Collections.shuffle(market.postbacks(), random);
    return market;
  }

  /** A report, and now and then what came of it: a correction, a rejection, a user's name. */
  private void postback(int number) {
    Instant at = random.nextInt(3) == 0 ? around() : before();
    String device = number % 10 == 0 ? "" : "device-" + random.nextInt(15);
    String user = random.nextBoolean() ? "" : user();
    List<Instant> installed = random.nextBoolean() ? List.of() : List.of(at);
    List<Instant> touched =
        random.nextBoolean() ? List.of() : List.of(at.minusSeconds(random.nextInt(200_000) - 900L));
    String type = random.nextInt(4) == 0 ? "reattribution" : "install";
    add(at, type, user, device, touched, installed);
    switch (random.nextInt(6)) {
      case 0 -> add(at, type, "", device, touched, installed);
      case 1 -> add(at, "rejected_" + type, "", device, touched, installed);
      case 2 ->
          add(at.plusSeconds(random.nextInt(900_000)), "event", user(), device, touched, installed);
      case 3 ->
          add(at.plusSeconds(random.nextInt(3_000_000)), type, user, device, touched, installed);
      default -> {}
    }
  }

  private void add(
      Instant time,
      String type,
      String user,
      String device,
      List<Instant> touched,
      List<Instant> installed) {
    market
        .postbacks()
        .add(new Postback(time, type, user, device, source(), touched, installed, offset++));
  }

  private String user() {
    return "user-" + random.nextInt(7);
  }

  private String source() {
    return SOURCES.get(random.nextInt(SOURCES.size()));
  }

  private String currency() {
    return List.of("EUR", "USD", "").get(random.nextInt(3));
  }

  /** On the day or next to it, near midnight as often as not. */
  private Instant around() {
    return random.nextBoolean()
        ? midnight(random.nextInt(2)).plus(Duration.ofMinutes(random.nextInt(40) - 20L))
        : midnight(random.nextInt(3) - 1).plusSeconds(random.nextInt(86_400));
  }

  /** In the 33 days before: some of them too early. */
  private Instant before() {
    return midnight(-random.nextInt(33)).plus(Duration.ofMinutes(random.nextInt(1440)));
  }

  private Instant midnight(int days) {
    return day.plusDays(days).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
