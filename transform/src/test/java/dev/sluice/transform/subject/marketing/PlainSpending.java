package dev.sluice.transform.subject.marketing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Costs and returns again, slowly and plainly. */
final class PlainSpending {
  private static final Set<String> DIRECT = Set.of("", "direct", "none", "(none)", "organic");

  /** Who was credited, by the model {@code last}, with a user's install. */
  record Install(String id, String user, Instant time, String source) {}

  private final Market market;
  private final List<Install> installs;
  private final List<Cost> costs;
  private final LocalDate day;

  PlainSpending(Market market, List<Install> installs, List<Cost> costs, LocalDate day) {
    this.market = market;
    this.installs = installs;
    this.costs = costs;
    this.day = day;
  }

  /** Every row of the day's costs. */
  Set<String> costs() {
    Map<String, List<Cost>> campaigns =
        latest().stream()
            .collect(
                Collectors.groupingBy(
                    cost -> text(orNull(cost.source()), orNull(cost.campaign()), currency(cost))));
    Set<String> rows = new TreeSet<>();
    campaigns.forEach(
        (campaign, some) ->
            rows.add(
                text(
                    day,
                    campaign,
                    some.stream()
                        .flatMap(cost -> amount(cost).stream())
                        .reduce(BigDecimal.ZERO.setScale(4), BigDecimal::add),
                    some.stream().mapToLong(Cost::clicks).sum(),
                    0,
                    some.stream().filter(cost -> amount(cost).isEmpty()).count())));
    return rows;
  }

  private List<Cost> latest() {
    Map<String, Cost> latest = new HashMap<>();
    costs.stream()
        .filter(cost -> Market.day(cost.time()).equals(day) && !cost.flagged())
        .sorted(Comparator.comparing(Cost::offset))
        .forEach(
            cost ->
                latest.put(text(cost.source(), cost.campaign(), cost.ad(), currency(cost)), cost));
    return List.copyOf(latest.values());
  }

  private static Optional<BigDecimal> amount(Cost cost) {
    return currency(cost).equals("null")
            || !Double.isFinite(cost.amount())
            || Math.abs(cost.amount()) >= 1e14
        ? Optional.empty()
        : Optional.of(BigDecimal.valueOf(cost.amount()).setScale(4, RoundingMode.HALF_UP));
  }

  private static String currency(Cost cost) {
    return orNull(cost.currency().strip().toUpperCase(Locale.ROOT));
  }

  /** Every row of the day's returns. */
  Set<String> returns() {
    Map<String, Set<String>> users = new TreeMap<>();
    for (String user : newUsers()) {
      users.computeIfAbsent(source(user), any -> new HashSet<>()).add(user);
    }
    Set<String> sources = new TreeSet<>(users.keySet());
    latest().forEach(cost -> sources.add(orNull(cost.source())));
    Set<String> rows = new TreeSet<>();
    for (String source : sources) {
      Set<String> own = users.getOrDefault(source, Set.of());
      List<Market.Order> orders =
          market.orders().stream()
              .filter(order -> own.contains(order.user()) && age(order) >= 0 && age(order) <= 30)
              .toList();
      long uncounted = orders.stream().filter(order -> order.currency().isEmpty()).count();
      Set<String> currencies = new TreeSet<>();
      orders.forEach(order -> currencies.add(orNull(order.currency())));
      latest().stream()
          .filter(cost -> orNull(cost.source()).equals(source))
          .forEach(cost -> currencies.add(currency(cost)));
      currencies.remove("null");
      if (currencies.isEmpty() && !own.isEmpty()) {
        currencies.add("null");
      }
      currencies.forEach(
          currency -> rows.add(row(source, currency, own.size(), orders, uncounted)));
    }
    return rows;
  }

  private String row(
      String source, String currency, long users, List<Market.Order> orders, long uncounted) {
    BigDecimal cost =
        latest().stream()
            .filter(one -> orNull(one.source()).equals(source) && currency(one).equals(currency))
            .flatMap(one -> amount(one).stream())
            .reduce(BigDecimal.ZERO.setScale(4), BigDecimal::add);
    Optional<LocalDate> known =
        market.visits().stream()
            .map(visit -> Market.day(visit.start()))
            .filter(date -> !date.isBefore(day) && !date.isAfter(day.plusDays(31)))
            .max(Comparator.naturalOrder());
    List<Object> revenue = new ArrayList<>();
    List<Object> returned = new ArrayList<>();
    for (int days : new int[] {0, 7, 30}) {
      BigDecimal sum =
          orders.stream()
              .filter(order -> age(order) <= days && order.currency().equals(currency))
              .map(Market.Order::amount)
              .reduce(BigDecimal.ZERO.setScale(4), BigDecimal::add);
      boolean over = known.isPresent() && !known.get().isBefore(day.plusDays(days));
      revenue.add(sum);
      returned.add(over && cost.signum() > 0 ? sum.divide(cost, 6, RoundingMode.HALF_UP) : "null");
    }
    return Stream.of(
            Stream.of(day, source, currency, users, cost),
            revenue.stream(),
            returned.stream(),
            Stream.of(uncounted, known.map(LocalDate::toString).orElse("null")))
        .flatMap(columns -> columns)
        .map(String::valueOf)
        .collect(Collectors.joining("|"));
  }

  private long age(Market.Order order) {
    return Market.day(order.time()).toEpochDay() - day.toEpochDay();
  }

  private Set<String> newUsers() {
    Set<String> users = new TreeSet<>();
    for (Market.Visit visit : market.visits()) {
      boolean before =
          market.visits().stream()
              .filter(other -> other.user().equals(visit.user()))
              .map(other -> Market.day(other.start()))
              .anyMatch(date -> date.isBefore(day) && !date.isBefore(day.minusDays(30)));
      if (Market.day(visit.start()).equals(day) && !before) {
        users.add(visit.user());
      }
    }
    return users;
  }

  private String source(String user) {
    return installs.stream()
        .filter(install -> install.user().equals(user) && !install.source().isEmpty())
        .min(Comparator.comparing(Install::time).thenComparing(Install::id))
        .map(Install::source)
        .orElseGet(
            () ->
                market.visits().stream()
                    .filter(visit -> visit.user().equals(user))
                    .filter(visit -> Market.day(visit.start()).equals(day))
                    .filter(visit -> !DIRECT.contains(visit.source().toLowerCase(Locale.ROOT)))
                    .min(Comparator.comparing(Market.Visit::start).thenComparing(Market.Visit::id))
                    .map(Market.Visit::source)
                    .orElse("null"));
  }

  private static String orNull(String word) {
    return word.isEmpty() ? "null" : word;
  }

  private static String text(Object... columns) {
    return Stream.of(columns).map(String::valueOf).collect(Collectors.joining("|"));
  }
}
