package dev.sluice.transform.sample;

import static java.util.stream.Collectors.groupingBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The subject tables again, slowly and plainly, from all events at once. */
public final class PlainSubjects {
  private final List<RawEvent> events;

  public PlainSubjects(List<RawEvent> all) {
    List<RawEvent> once = new ArrayList<>();
    for (RawEvent event : all) {
      boolean copied =
          all.stream()
              .filter(other -> other.id().equals(event.id()))
              .filter(other -> RawEvent.IN_ORDER.compare(other, event) < 0)
              .anyMatch(
                  other ->
                      Duration.between(other.time(), event.time()).compareTo(Duration.ofHours(24))
                          < 0);
      if (!copied) {
        once.add(event);
      }
    }
    once.sort(RawEvent.IN_ORDER);
    this.events = List.copyOf(once);
  }

  public List<RawEvent> distinct() {
    return events;
  }

  /** Every session, each as the text of its columns, by the day it belongs to. */
  public Map<LocalDate, Set<String>> sessions() {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    Map<String, List<RawEvent>> users = events.stream().collect(groupingBy(RawEvent::user));
    users
        .values()
        .forEach(
            user ->
                visits(user)
                    .forEach(
                        visit ->
                            found
                                .computeIfAbsent(visit.get(0).day(), day -> new TreeSet<>())
                                .add(session(visit))));
    return found;
  }

  static List<List<RawEvent>> visits(List<RawEvent> user) {
    List<List<RawEvent>> visits = new ArrayList<>();
    Set<LocalDate> daysWithPause = new TreeSet<>();
    RawEvent before = null;
    for (RawEvent event : user) {
      boolean pause =
          before == null || event.time().isAfter(before.time().plus(30, ChronoUnit.MINUTES));
      if (pause) {
        daysWithPause.add(event.day());
      }
      boolean cut =
          !pause && !before.day().equals(event.day()) && !daysWithPause.contains(before.day());
      if (pause || cut) {
        visits.add(new ArrayList<>());
      }
      visits.get(visits.size() - 1).add(event);
      before = event;
    }
    return visits;
  }

  private static String session(List<RawEvent> visit) {
    RawEvent first = visit.get(0);
    List<RawEvent> purchases = visit.stream().filter(e -> e.type().equals("purchase")).toList();
    long pages =
        visit.stream().map(RawEvent::page).filter(page -> !page.isEmpty()).distinct().count();
    return text(
        first.day(),
        first.user(),
        sessionId(first),
        first.time(),
        visit.get(visit.size() - 1).time(),
        visit.size(),
        pages,
        orNull(first.source()),
        !purchases.isEmpty(),
        total(purchases),
        currency(purchases));
  }

  static String sessionId(RawEvent first) {
    String name = ChronoUnit.MICROS.between(Instant.EPOCH, first.time()) + " " + first.user();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 32);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new AssertionError(everyJavaHasIt);
    }
  }

  /** Every order's rows, by the day they belong to. */
  public Map<LocalDate, Set<String>> transactions() {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    Map<String, List<RawEvent>> orders =
        events.stream()
            .filter(event -> event.type().equals("purchase"))
            .collect(groupingBy(PlainSubjects::order));
    orders.forEach(
        (order, purchases) -> {
          Set<LocalDate> days =
              purchases.stream().map(RawEvent::day).collect(Collectors.toCollection(TreeSet::new));
          NavigableMap<LocalDate, List<RawEvent>> rows = new TreeMap<>();
          for (RawEvent purchase : purchases) {
            LocalDate day = purchase.day();
            boolean joins = days.contains(day.minusDays(1)) && !days.contains(day.minusDays(2));
            rows.computeIfAbsent(joins ? day.minusDays(1) : day, start -> new ArrayList<>())
                .add(purchase);
          }
          rows.forEach(
              (day, bought) ->
                  found
                      .computeIfAbsent(day, any -> new TreeSet<>())
                      .add(transaction(day, order, bought, refunds(order, day, rows))));
        });
    return found;
  }

  private List<RawEvent> refunds(
      String order, LocalDate day, NavigableMap<LocalDate, List<RawEvent>> rows) {
    return events.stream()
        .filter(event -> event.type().equals("refund") && event.order().equals(order))
        .filter(event -> day.equals(rows.floorKey(event.day())))
        .filter(event -> !event.day().isAfter(day.plusDays(30)))
        .toList();
  }

  private static String transaction(
      LocalDate day, String order, List<RawEvent> bought, List<RawEvent> refunds) {
    return text(
        day,
        order,
        bought.get(0).user(),
        bought.stream().mapToLong(PlainSubjects::pieces).sum(),
        total(bought),
        total(refunds),
        total(bought).subtract(total(refunds)),
        alike(bought, refunds) ? currency(bought) : "null",
        bought.get(0).time());
  }

  private static boolean alike(List<RawEvent> bought, List<RawEvent> refunds) {
    return refunds.stream()
        .map(RawEvent::currency)
        .allMatch(currency -> currency.isEmpty() || currency.equals(currency(bought)));
  }

  private static String order(RawEvent purchase) {
    return purchase.order().isEmpty() ? purchase.id() : purchase.order();
  }

  static long pieces(RawEvent event) {
    return event.quantity() == 0 ? 1 : event.quantity();
  }

  public static BigDecimal total(List<RawEvent> events) {
    BigDecimal total = BigDecimal.ZERO.setScale(4);
    for (RawEvent event : events) {
      BigDecimal price = BigDecimal.valueOf(event.price()).setScale(4, RoundingMode.HALF_UP);
      total = total.add(price.multiply(BigDecimal.valueOf(pieces(event))));
    }
    return total;
  }

  static String currency(List<RawEvent> purchases) {
    List<String> found =
        purchases.stream().map(RawEvent::currency).filter(c -> !c.isEmpty()).distinct().toList();
    return found.size() == 1 ? found.get(0) : "null";
  }

  static String orNull(String word) {
    return word.isEmpty() ? "null" : word;
  }

  static String text(Object... columns) {
    return Stream.of(columns).map(String::valueOf).collect(Collectors.joining("|"));
  }
}
