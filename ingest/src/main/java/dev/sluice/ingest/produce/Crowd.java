package dev.sluice.ingest.produce;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Who visits the shop and what it sells: few do much and sell much, most little. */
final class Crowd {
  record Person(String id, String mediaSource, String userAgent, String currency) {}

  record Item(String id, String category, long priceCents) {}

  private static final List<String> SOURCES =
      List.of("organic", "search-ads", "social-ads", "newsletter", "partner", "influencer");
  private static final List<String> AGENTS =
      List.of(
          "ShopApp/7.2 (Android 15)",
          "ShopApp/7.2 (iOS 19.1)",
          "ShopApp/7.1 (Android 14)",
          "Mozilla/5.0 (X11; Linux x86_64)",
          "Mozilla/5.0 (Windows NT 10.0; Win64)");
  private static final List<String> CURRENCIES = List.of("EUR", "EUR", "EUR", "USD", "GBP", "CHF");
  private static final List<String> CATEGORIES =
      List.of("shoes", "coats", "books", "toys", "garden", "kitchen", "games", "music", "café");
  private static final int ITEMS = 2_000;
  private static final int MOST_PEOPLE = 100_000;
  private static final long PEOPLE_SEED = 41;
  private static final long ITEM_SEED = 43;

  private final Zipf people;
  private final Zipf items = new Zipf(ITEMS, 1.0);

  private Crowd(int size) {
    people = new Zipf(size, 0.9);
  }

  /** A crowd fit for so many events. */
  static Crowd of(long events) {
    return new Crowd((int) Math.max(20, Math.min(MOST_PEOPLE, events / 12)));
  }

  Person person(RandomGenerator random) {
    int number = people.draw(random);
    long traits = Simulation.mixed(PEOPLE_SEED, number);
    return new Person(
        String.format(Locale.ROOT, "u-%06d", number),
        pick(SOURCES, traits),
        pick(AGENTS, traits >>> 16),
        pick(CURRENCIES, traits >>> 32));
  }

  Item item(RandomGenerator random) {
    int number = items.draw(random);
    long traits = Simulation.mixed(ITEM_SEED, number);
    long cents = 199 + Math.floorMod(traits >>> 8, 20_000L);
    return new Item(String.format(Locale.ROOT, "i-%05d", number), pick(CATEGORIES, traits), cents);
  }

  static String pick(List<String> list, long number) {
    return list.get((int) Math.floorMod(number, (long) list.size()));
  }
}
