package dev.sluice.transform.subject.marketing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A day that brings users, what it cost, and what they bought afterwards. */
final class RandomSpending {
  private static final List<String> SOURCES = List.of("ads", "mail", "video", "", "Organic");
  private static final List<String> CURRENCIES = List.of("EUR", "EUR", "USD", "");

  private final Random random;
  private final LocalDate day;
  final Market market = Market.empty();
  final List<PlainSpending.Install> installs = new ArrayList<>();
  final List<Cost> costs = new ArrayList<>();

  RandomSpending(long seed, LocalDate day) {
    this.random = new Random(seed);
    this.day = day;
    for (int i = 0; i < 60; i++) {
      // Some users were here before, some exactly as long ago as makes them new again.
      int away = List.of(0, 0, 0, 0, -1, -30, -31, 5).get(random.nextInt(8));
      market.visits().add(new Market.Visit(user(), "visit-" + i, on(away), of(SOURCES)));
    }
    int last = List.of(6, 7, 29, 30, 31, 32).get(random.nextInt(6));
    market.visits().add(new Market.Visit("user-late", "visit-late", on(last), ""));
    for (int i = 0; i < 80; i++) {
      int age = List.of(-1, 0, 0, 1, 7, 8, 30, 31).get(random.nextInt(8));
      String net = BigDecimal.valueOf(random.nextInt(900_000) - 50_000, 4).toString();
      market.orders().add(new Market.Order("order-" + i, user(), on(age), net, of(CURRENCIES)));
    }
    for (int i = 0; i < 10; i++) {
      installs.add(new PlainSpending.Install("install-" + i, user(), on(0), installed()));
    }
    for (int i = 0; i < 40; i++) {
      costs.add(cost(i));
    }
  }

  private Cost cost(int number) {
    double amount =
        switch (random.nextInt(12)) {
          case 0 -> Double.NaN;
          case 1 -> 1e15;
          case 2 -> Double.NEGATIVE_INFINITY;
          case 3 -> 0;
          default -> random.nextInt(1_000_000) / 1000.0;
        };
    return new Cost(
        on(random.nextInt(4) == 0 ? 1 : 0),
        of(List.of("ads", "mail", "posters", "")),
        of(List.of("spring", "")),
        of(List.of("a", "b", "")),
        of(List.of("EUR", " eur ", "USD", "")),
        amount,
        random.nextInt(3),
        number);
  }

  private String installed() {
    return of(List.of("ads", "partner", ""));
  }

  private String user() {
    return "user-" + random.nextInt(25);
  }

  private String of(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  private Instant on(int days) {
    return day.plusDays(days)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant()
        .plusSeconds(random.nextInt(86_400));
  }
}
