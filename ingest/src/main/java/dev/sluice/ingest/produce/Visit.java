package dev.sluice.ingest.produce;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One person's visit to the shop: its steps, and how long after its start each is. */
final class Visit {
  private static final List<String> WORDS =
      List.of("red", "warm", "small", "gift", "new", "sale", "blue", "café", "wool", "vintage");
  private static final List<String> REFERRERS =
      List.of("https://search.example/", "https://social.example/feed", "https://news.example/");

  private static final long INSTALL_MILLIS = 20_000;

  private sealed interface Step {
    record Plain(String type, String page) implements Step {}

    record OnItem(String type, Crowd.Item item, long quantity) implements Step {}

    record Order(String type, Crowd.Item item, long quantity, int number) implements Step {}
  }

  private final long seed;
  private final long number;
  private final Crowd.Person person;
  private final String referrer;
  private final List<Step> steps = new ArrayList<>();
  private final List<Long> millis = new ArrayList<>();

  Visit(long seed, long number, Crowd crowd) {
    this.seed = seed;
    this.number = number;
    SplittableRandom random = new SplittableRandom(Simulation.mixed(seed, number));
    person = crowd.person(random);
    referrer = random.nextInt(3) == 0 ? REFERRERS.get(random.nextInt(REFERRERS.size())) : "";
    walk(random, crowd);
  }

  Crowd.Person person() {
    return person;
  }

  /** Somebody came to have the app: the visit begins with that, and goes on as it would have. */
  void beginsWithInstall() {
    steps.add(0, new Step.Plain("install", "/welcome"));
    millis.replaceAll(after -> after + INSTALL_MILLIS);
    millis.add(0, 0L);
  }

  int size() {
    return steps.size();
  }

  long millis() {
    return millis.get(millis.size() - 1);
  }

  long millisAt(int step) {
    return millis.get(step);
  }

  String event(int index, Instant time) {
    Line line =
        new Line()
            .with("event_id", Long.toHexString(seed) + "-" + number + "-" + index)
            .with("event_time", time.toString())
            .with("user_id", person.id());
    Step step = steps.get(index);
    if (step instanceof Step.Plain plain) {
      line.with("type", plain.type()).with("page", plain.page());
      if (plain.type().equals("install")) {
        line.with("media_source", person.mediaSource());
      }
    } else if (step instanceof Step.OnItem on) {
      line.with("type", on.type());
      describe(line, on.item());
      if (on.quantity() > 0) {
        line.with("quantity", on.quantity());
      }
    } else if (step instanceof Step.Order order) {
      line.with("type", order.type());
      describe(line, order.item());
      line.with("quantity", order.quantity())
          .with("currency", person.currency())
          .with("order_id", "o-" + Long.toHexString(seed) + "-" + number + "-" + order.number())
          .with("media_source", person.mediaSource());
    }
    if (index == 0 && !referrer.isEmpty()) {
      line.with("referrer", referrer);
    }
    return line.with("user_agent", person.userAgent()).done();
  }

  private static void describe(Line line, Crowd.Item item) {
    line.with("page", "/item/" + item.id())
        .with("item_id", item.id())
        .with("category", item.category())
        .withHundredths("price", item.priceCents());
  }

  private void walk(SplittableRandom random, Crowd crowd) {
    step(random, new Step.Plain("view", "/"));
    int rounds = 1 + random.nextInt(5);
    int orders = 0;
    for (int round = 0; round < rounds; round++) {
      Crowd.Item item = crowd.item(random);
      if (random.nextInt(3) == 0) {
        String words =
            WORDS.get(random.nextInt(WORDS.size())) + "+" + WORDS.get(random.nextInt(WORDS.size()));
        step(random, new Step.Plain("search", "/search?q=" + words));
      } else {
        step(random, new Step.Plain("view", "/category/" + item.category()));
      }
      step(random, new Step.OnItem("view", item, 0));
      if (random.nextInt(4) == 0) {
        long quantity = 1L + random.nextInt(3);
        step(random, new Step.OnItem("add_to_cart", item, quantity));
        if (random.nextInt(2) == 0) {
          step(random, new Step.Order("purchase", item, quantity, orders));
          if (random.nextInt(40) == 0) {
            step(random, new Step.Order("refund", item, quantity, orders));
          }
          orders++;
        }
      }
    }
    if (random.nextInt(3) > 0) {
      step(random, new Step.Plain("leave", "/"));
    }
  }

  private void step(SplittableRandom random, Step step) {
    long before = millis.isEmpty() ? 0 : millis();
    long pause = millis.isEmpty() ? 0 : 800 + random.nextInt(30_000);
    steps.add(step);
    millis.add(before + pause);
  }
}
