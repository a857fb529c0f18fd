package dev.sluice.transform.sample;

import static java.util.stream.Collectors.groupingBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The subject tables that are made of events by the day, again, slowly and plainly. */
public final class PlainDays {
  /** An event and its place in its session. */
  record Seen(RawEvent event, String session, int number, String page, String cameFrom) {
    boolean changes() {
      return !page.isEmpty() && !page.equals(cameFrom);
    }
  }

  private final List<List<Seen>> sessions = new ArrayList<>();
  private final List<Seen> all;

  public PlainDays(List<RawEvent> events) {
    new PlainSubjects(events)
        .distinct().stream()
            .collect(groupingBy(RawEvent::user))
            .values()
            .forEach(user -> PlainSubjects.visits(user).forEach(v -> sessions.add(placed(v))));
    all = sessions.stream().flatMap(List::stream).toList();
  }

  List<Seen> seen() {
    return all;
  }

  private static List<Seen> placed(List<RawEvent> visit) {
    String session = PlainSubjects.sessionId(visit.get(0));
    List<Seen> placed = new ArrayList<>();
    String on = "";
    for (RawEvent event : visit) {
      String page = page(event.page());
      placed.add(new Seen(event, session, placed.size() + 1, page, on));
      on = page.isEmpty() ? on : page;
    }
    return placed;
  }

  /** The path of a page's address. */
  static String page(String address) {
    if (address.isEmpty()) {
      return "";
    }
    String path = address;
    if (path.contains("://")) {
      path = path.substring(path.indexOf("://") + 3);
      path = path.contains("/") ? path.substring(path.indexOf('/')) : "";
    }
    for (char rest : new char[] {'#', '?'}) {
      path = path.indexOf(rest) < 0 ? path : path.substring(0, path.indexOf(rest));
    }
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return path.isEmpty() ? "/" : path;
  }

  public Map<LocalDate, Set<String>> events() {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    for (Seen seen : all) {
      RawEvent event = seen.event();
      boolean money = event.type().equals("purchase") || event.type().equals("refund");
      String other = event.said("anonymous_id");
      put(
          found,
          event.day(),
          event.user(),
          seen.session(),
          seen.number(),
          event.time(),
          event.id(),
          event.type(),
          orNull(seen.page()),
          orNull(seen.cameFrom()),
          orNull(event.item()),
          orNull(event.category()),
          event.type().equals("view") ? null : price(event),
          money ? PlainSubjects.pieces(event) : null,
          money ? PlainSubjects.total(List.of(event)) : null,
          orNull(event.currency()),
          orNull(event.order()),
          orNull(event.source()),
          orNull(event.said("campaign")),
          orNull(event.said("country")),
          orNull(other.isEmpty() ? event.said("device_id") : other),
          event.receivedAt(),
          event.shard(),
          event.offset());
    }
    return found;
  }

  private static BigDecimal price(RawEvent event) {
    return BigDecimal.valueOf(event.price()).setScale(4, RoundingMode.HALF_UP);
  }

  public Map<LocalDate, Set<String>> identities() {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    for (Seen seen : all) {
      String other = other(seen.event());
      if (!other.isEmpty() && !other.equals(seen.event().user())) {
        put(found, seen.event().day(), seen.event().user(), other);
      }
    }
    return found;
  }

  static String other(RawEvent event) {
    String anonymous = event.said("anonymous_id");
    return anonymous.isEmpty() ? event.said("device_id") : anonymous;
  }

  public Map<LocalDate, Set<String>> items() {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    days((seen) -> !seen.event().item().isEmpty())
        .forEach(
            (day, events) ->
                events.stream()
                    .map(Seen::event)
                    .sorted(RawEvent.IN_ORDER)
                    .collect(groupingBy(RawEvent::item))
                    .forEach((item, of) -> put(found, day, item(item, of))));
    return found;
  }

  private static Object[] item(String item, List<RawEvent> events) {
    List<RawEvent> purchases = ofType(events, "purchase");
    List<RawEvent> refunds = ofType(events, "refund");
    List<RawEvent> money = new ArrayList<>(purchases);
    money.addAll(refunds);
    Set<String> viewers = users(ofType(events, "view"));
    Set<String> buyers = users(purchases);
    Set<String> both = new TreeSet<>(viewers);
    both.retainAll(buyers);
    String category =
        events.stream().map(RawEvent::category).filter(c -> !c.isEmpty()).reduce("", (a, b) -> b);
    return new Object[] {
      item,
      orNull(category),
      events.stream()
          .filter(event -> !event.type().equals("view"))
          .map(PlainDays::price)
          .reduce((a, b) -> b)
          .orElse(null),
      ofType(events, "view").size(),
      ofType(events, "add_to_cart").size(),
      purchases.size(),
      purchases.stream().mapToLong(PlainSubjects::pieces).sum(),
      refunds.size(),
      PlainSubjects.total(purchases),
      PlainSubjects.total(refunds),
      PlainSubjects.currency(money),
      viewers.size(),
      buyers.size(),
      share(both.size(), viewers.size())
    };
  }

  /** Every chain there is, of which the best is taken. */
  public Map<LocalDate, Set<String>> funnels(String name, List<String> steps, Duration window) {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    days(seen -> seen.event().type().equals(steps.get(0)))
        .forEach(
            (day, entries) -> {
              List<List<RawEvent>> best = new ArrayList<>();
              for (String user : users(entries.stream().map(Seen::event).toList())) {
                List<RawEvent> own =
                    all.stream().map(Seen::event).filter(e -> e.user().equals(user)).toList();
                List<List<RawEvent>> chains = new ArrayList<>();
                own.stream()
                    .filter(e -> e.type().equals(steps.get(0)) && e.day().equals(day))
                    .forEach(start -> chains(List.of(start), own, steps, window, chains));
                best.add(chains.stream().max(PlainDays::better).orElseThrow());
              }
              for (int step = 1; step <= steps.size(); step++) {
                int length = step;
                put(
                    found,
                    day,
                    name,
                    step,
                    steps.get(step - 1),
                    best.size(),
                    best.stream().filter(chain -> chain.size() >= length).count(),
                    share(
                        best.stream().filter(chain -> chain.size() >= length).count(), best.size()),
                    median(best, step));
              }
            });
    return found;
  }

  private static void chains(
      List<RawEvent> chain,
      List<RawEvent> own,
      List<String> steps,
      Duration window,
      List<List<RawEvent>> found) {
    found.add(chain);
    if (chain.size() == steps.size()) {
      return;
    }
    for (RawEvent next : own) {
      if (next.type().equals(steps.get(chain.size()))
          && next.time().isAfter(chain.get(chain.size() - 1).time())
          && !next.time().isAfter(chain.get(0).time().plus(window))) {
        List<RawEvent> longer = new ArrayList<>(chain);
        longer.add(next);
        chains(longer, own, steps, window, found);
      }
    }
  }

  /** The longer; then the one that arrives first; then, backwards, the one that hurries most. */
  private static int better(List<RawEvent> one, List<RawEvent> other) {
    int last = one.size() - 1;
    if (one.size() != other.size()) {
      return Integer.compare(one.size(), other.size());
    }
    int order = other.get(last).time().compareTo(one.get(last).time());
    for (int i = last - 1; order == 0 && i >= 0; i--) {
      order = one.get(i).time().compareTo(other.get(i).time());
    }
    return order;
  }

  private static BigDecimal median(List<List<RawEvent>> chains, int step) {
    long[] micros =
        chains.stream()
            .filter(chain -> chain.size() > step)
            .map(chain -> Duration.between(chain.get(step - 1).time(), chain.get(step).time()))
            .mapToLong(time -> time.toNanos() / 1000)
            .sorted()
            .toArray();
    if (micros.length == 0) {
      return null;
    }
    BigDecimal twice =
        BigDecimal.valueOf(micros[(micros.length - 1) / 2] + micros[micros.length / 2]);
    return twice.divide(BigDecimal.valueOf(2_000_000), 3, RoundingMode.HALF_UP);
  }

  public Map<LocalDate, Set<String>> pagePaths() {
    Map<LocalDate, Map<List<Object>, List<String>>> found = new TreeMap<>();
    for (List<Seen> session : sessions) {
      List<String> pages = new ArrayList<>();
      for (Seen seen : session) {
        if (!seen.changes()) {
          continue;
        }
        pages.add(seen.page());
        LocalDate day = seen.event().day();
        if (!seen.cameFrom().isEmpty()) {
          path(found, day, "step", seen, seen.cameFrom() + " > " + seen.page(), 2);
        }
        if (pages.size() <= 5) {
          path(found, day, "path", seen, String.join(" > ", pages), pages.size());
        }
      }
      if (!pages.isEmpty()) {
        Seen last = session.get(session.size() - 1);
        LocalDate left = RawEvent.day(last.event().time().plus(Duration.ofMinutes(30)));
        String page = pages.get(pages.size() - 1);
        Seen there = new Seen(last.event(), last.session(), 0, page, "");
        path(found, left, "exit", there, page, 1);
      }
    }
    Map<LocalDate, Set<String>> rows = new TreeMap<>();
    found.forEach(
        (day, paths) ->
            paths.forEach(
                (path, in) -> {
                  List<Object> columns = new ArrayList<>(path);
                  columns.add(new TreeSet<>(in).size());
                  columns.add(in.size());
                  put(rows, day, columns.toArray());
                }));
    return rows;
  }

  private static void path(
      Map<LocalDate, Map<List<Object>, List<String>>> found,
      LocalDate day,
      String kind,
      Seen seen,
      String path,
      int pages) {
    long depth = Arrays.stream(seen.page().split("/")).filter(part -> !part.isEmpty()).count();
    found
        .computeIfAbsent(day, any -> new TreeMap<>(Comparator.comparing(List::toString)))
        .computeIfAbsent(List.of(kind, path, pages, depth), any -> new ArrayList<>())
        .add(seen.session());
  }

  private Map<LocalDate, List<Seen>> days(Predicate<Seen> wanted) {
    return all.stream().filter(wanted).collect(groupingBy(seen -> seen.event().day()));
  }

  static List<RawEvent> ofType(List<RawEvent> events, String type) {
    return events.stream().filter(event -> event.type().equals(type)).toList();
  }

  private static Set<String> users(Collection<RawEvent> events) {
    return events.stream().map(RawEvent::user).collect(Collectors.toCollection(TreeSet::new));
  }

  static BigDecimal share(long some, long whole) {
    return whole == 0
        ? null
        : BigDecimal.valueOf(some).divide(BigDecimal.valueOf(whole), 6, RoundingMode.HALF_UP);
  }

  static String orNull(String word) {
    return PlainSubjects.orNull(word);
  }

  private static void put(Map<LocalDate, Set<String>> found, LocalDate day, Object... columns) {
    found.computeIfAbsent(day, any -> new TreeSet<>()).add(day + "|" + PlainSubjects.text(columns));
  }
}
