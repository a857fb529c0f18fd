package dev.sluice.ingest.produce;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Who visits the shop and what it sells: few do much and sell much, most little. */
final class Crowd {
  /** Somebody; a newcomer has not had the app before the span. */
  record Person(
      int number,
      String id,
      String mediaSource,
      String userAgent,
      String currency,
      boolean newcomer) {}

  record Item(String id, String category, long priceCents) {}

  /** Where people heard of the shop, and of how many in a hundred that is so. */
  private static final List<Map.Entry<String, Integer>> SOURCES =
      List.of(
          Map.entry("organic", 45),
          Map.entry("search-ads", 20),
          Map.entry("social-ads", 15),
          Map.entry("newsletter", 8),
          Map.entry("partner", 7),
          Map.entry("influencer", 5));

  private static final int NEWCOMER_ONE_IN = 4;
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
  static final double PEOPLE_EXPONENT = 0.9;
  private static final int ITEMS = 2_000;
  private static final int MOST_PEOPLE = 100_000;
  private static final long PEOPLE_SEED = 41;
  private static final long ITEM_SEED = 43;
  private static final long NEWCOMER_SEED = 47;

  private final Zipf people;
  private final long seed;
  private final Zipf items = new Zipf(ITEMS, 1.0);

  private Crowd(int size, long seed) {
    people = new Zipf(size, PEOPLE_EXPONENT);
    this.seed = seed;
  }

  /** A crowd fit for so many events; the seed says who of it is new. */
  static Crowd of(long events, long seed) {
    return new Crowd((int) Math.max(20, Math.min(MOST_PEOPLE, events / 12)), seed);
  }

  Person person(RandomGenerator random) {
    int number = people.draw(random);
    long traits = Simulation.mixed(PEOPLE_SEED, number);
    return new Person(
        number,
        String.format(Locale.ROOT, "u-%06d", number),
        source(traits),
        pick(AGENTS, traits >>> 16),
        pick(CURRENCIES, traits >>> 32),
        Math.floorMod(Simulation.mixed(seed ^ NEWCOMER_SEED, number), NEWCOMER_ONE_IN) == 0);
  }

  Item item(RandomGenerator random) {
    int number = items.draw(random);
    long traits = Simulation.mixed(ITEM_SEED, number);
    long cents = 199 + Math.floorMod(traits >>> 8, 20_000L);
    return new Item(String.format(Locale.ROOT, "i-%05d", number), pick(CATEGORIES, traits), cents);
  }

  private static String source(long traits) {
    long point = Math.floorMod(traits, 100L);
    for (Map.Entry<String, Integer> source : SOURCES) {
      point -= source.getValue();
      if (point < 0) {
        return source.getKey();
      }
    }
    throw new IllegalStateException("the shares of the media sources are less than a hundred");
  }

  static String pick(List<String> list, long number) {
    return list.get((int) Math.floorMod(number, (long) list.size()));
  }
}
