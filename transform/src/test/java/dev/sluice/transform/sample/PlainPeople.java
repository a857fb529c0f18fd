package dev.sluice.transform.sample;

import static java.util.stream.Collectors.groupingBy;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** User days, persons, their history and cohorts again, slowly and plainly. */
public final class PlainPeople {
  /** Of one time, ids decide; of one id, the log. */
  private static final Comparator<RawEvent> BY_TIME =
      Comparator.comparing(RawEvent::time)
          .thenComparing(RawEvent::user)
          .thenComparing(RawEvent::offset);

  private final List<PlainDays.Seen> seen;
  private final Map<String, String> persons = new TreeMap<>();

  public PlainPeople(List<RawEvent> events) {
    this.seen = new PlainDays(events).seen();
    Map<String, Set<String>> users = new TreeMap<>();
    seen.stream()
        .map(PlainDays.Seen::event)
        .filter(event -> !PlainDays.other(event).isEmpty())
        .filter(event -> !PlainDays.other(event).equals(event.user()))
        .forEach(
            event ->
                users
                    .computeIfAbsent(PlainDays.other(event), any -> new TreeSet<>())
                    .add(event.user()));
    List<Set<String>> groups = new ArrayList<>();
    users.forEach(
        (other, of) -> {
          if (of.size() <= 5) {
            Set<String> group = new TreeSet<>(of);
            group.add(other);
            List<Set<String>> touched =
                groups.stream().filter(known -> known.stream().anyMatch(group::contains)).toList();
            groups.removeAll(touched);
            touched.forEach(group::addAll);
            groups.add(group);
          }
        });
    groups.forEach(group -> group.forEach(id -> persons.put(id, group.iterator().next())));
  }

  public Set<String> people() {
    return persons.entrySet().stream()
        .map(person -> person.getKey() + "|" + person.getValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String person(RawEvent event) {
    return persons.getOrDefault(event.user(), event.user());
  }

  public Map<LocalDate, Set<String>> userDays() {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    seen.stream()
        .collect(groupingBy(one -> one.event().day() + "|" + one.event().user()))
        .values()
        .forEach(
            of -> {
              List<RawEvent> events = inOrder(of);
              List<RawEvent> touches = touches(events);
              Optional<RawEvent> country = country(events);
              RawEvent first = events.get(0);
              found
                  .computeIfAbsent(first.day(), any -> new TreeSet<>())
                  .add(
                      PlainSubjects.text(
                          first.day(),
                          first.user(),
                          counts(of),
                          PlainSubjects.total(PlainDays.ofType(events, "purchase")),
                          PlainSubjects.total(PlainDays.ofType(events, "refund")),
                          PlainSubjects.currency(money(events)),
                          money(events).stream()
                              .map(RawEvent::currency)
                              .filter(currency -> !currency.isEmpty())
                              .distinct()
                              .count(),
                          first.time(),
                          events.get(events.size() - 1).time(),
                          touch(touches.stream().findFirst()),
                          touch(touches.stream().reduce((a, b) -> b)),
                          country.map(RawEvent::time).orElse(null),
                          country.map(event -> event.said("country")).orElse(null)));
            });
    return found;
  }

  public Set<String> users() {
    Set<String> found = new TreeSet<>();
    seen.stream()
        .collect(groupingBy(one -> person(one.event())))
        .forEach(
            (person, of) -> {
              List<RawEvent> events = inOrder(of);
              Set<String> ids =
                  events.stream()
                      .map(RawEvent::user)
                      .collect(Collectors.toCollection(TreeSet::new));
              List<RawEvent> purchases = PlainDays.ofType(events, "purchase");
              List<RawEvent> refunds = PlainDays.ofType(events, "refund");
              found.add(
                  PlainSubjects.text(
                      person,
                      String.join(",", ids),
                      ids.size(),
                      events.get(0).time(),
                      events.get(events.size() - 1).time(),
                      events.stream().map(RawEvent::day).distinct().count(),
                      sessions(of),
                      events.size(),
                      byType(events),
                      PlainSubjects.total(purchases),
                      PlainSubjects.total(refunds),
                      PlainSubjects.total(purchases).subtract(PlainSubjects.total(refunds)),
                      PlainSubjects.currency(money(events)),
                      touch(touches(events).stream().min(BY_TIME)),
                      touch(touches(events).stream().max(BY_TIME)),
                      events.stream()
                          .filter(event -> !event.said("country").isEmpty())
                          .max(BY_TIME)
                          .map(event -> event.said("country"))
                          .orElse(null)));
            });
    return found;
  }

  /** What was known at the end of each active day; then days on which nothing changed go. */
  public Set<String> history() {
    Set<String> found = new TreeSet<>();
    seen.stream()
        .collect(groupingBy(one -> person(one.event())))
        .forEach(
            (person, of) -> {
              List<RawEvent> events = inOrder(of);
              TreeMap<LocalDate, String> states = new TreeMap<>();
              events.stream()
                  .map(RawEvent::day)
                  .forEach(day -> states.put(day, state(events, day)));
              TreeMap<LocalDate, String> changes = new TreeMap<>();
              states.forEach(
                  (day, state) -> {
                    if (changes.isEmpty() || !changes.lastEntry().getValue().equals(state)) {
                      changes.put(day, state);
                    }
                  });
              changes.forEach(
                  (day, state) -> {
                    LocalDate to = changes.higherKey(day);
                    found.add(PlainSubjects.text(person, day, to, to == null, state));
                  });
            });
    return found;
  }

  private static String state(List<RawEvent> events, LocalDate day) {
    List<RawEvent> known = events.stream().filter(event -> !event.day().isAfter(day)).toList();
    Optional<RawEvent> touch = touches(known).stream().max(BY_TIME);
    int bought = PlainDays.ofType(known, "purchase").size();
    return PlainSubjects.text(
        touch.map(event -> PlainDays.orNull(event.source())).orElse(null),
        touch.map(event -> PlainDays.orNull(event.said("campaign"))).orElse(null),
        known.stream()
            .filter(event -> !event.said("country").isEmpty())
            .max(BY_TIME)
            .map(event -> event.said("country"))
            .orElse(null),
        bought == 0 ? "never" : bought == 1 ? "once" : "again");
  }

  public Set<String> cohorts() {
    Map<String, TreeSet<LocalDate>> days = new TreeMap<>();
    seen.forEach(
        one ->
            days.computeIfAbsent(person(one.event()), any -> new TreeSet<>())
                .add(one.event().day()));
    LocalDate newest = days.values().stream().map(TreeSet::last).max(LocalDate::compareTo).get();
    Set<String> found = new TreeSet<>();
    days.values().stream()
        .collect(groupingBy(TreeSet::first))
        .forEach(
            (first, persons) -> {
              for (LocalDate day = first; !day.isAfter(newest); day = day.plusDays(1)) {
                LocalDate then = day;
                long since = ChronoUnit.DAYS.between(first, day);
                long active = persons.stream().filter(person -> person.contains(then)).count();
                if (since <= 30) {
                  found.add(
                      PlainSubjects.text(
                          first,
                          since,
                          persons.size(),
                          active,
                          PlainDays.share(active, persons.size())));
                }
              }
            });
    return found;
  }

  private static List<RawEvent> inOrder(List<PlainDays.Seen> of) {
    return of.stream().map(PlainDays.Seen::event).sorted(RawEvent.IN_ORDER).toList();
  }

  private static String counts(List<PlainDays.Seen> of) {
    List<RawEvent> events = inOrder(of);
    return PlainSubjects.text(events.size(), sessions(of), byType(events));
  }

  private static String byType(List<RawEvent> events) {
    return PlainSubjects.text(
        PlainDays.ofType(events, "view").size(),
        PlainDays.ofType(events, "add_to_cart").size(),
        PlainDays.ofType(events, "purchase").size(),
        PlainDays.ofType(events, "refund").size());
  }

  private static long sessions(List<PlainDays.Seen> of) {
    return of.stream().filter(one -> one.number() == 1).count();
  }

  private static List<RawEvent> money(List<RawEvent> events) {
    List<RawEvent> money = new ArrayList<>(PlainDays.ofType(events, "purchase"));
    money.addAll(PlainDays.ofType(events, "refund"));
    return money;
  }

  private static List<RawEvent> touches(List<RawEvent> events) {
    return events.stream()
        .filter(event -> !event.source().isEmpty() || !event.said("campaign").isEmpty())
        .toList();
  }

  private static Optional<RawEvent> country(List<RawEvent> events) {
    return events.stream().filter(event -> !event.said("country").isEmpty()).reduce((a, b) -> b);
  }

  private static String touch(Optional<RawEvent> touch) {
    return PlainSubjects.text(
        touch.map(RawEvent::time).orElse(null),
        touch.map(event -> PlainDays.orNull(event.source())).orElse(null),
        touch.map(event -> PlainDays.orNull(event.said("campaign"))).orElse(null));
  }
}
