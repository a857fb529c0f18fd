package dev.sluice.transform.subject.marketing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Calls again, slowly and plainly: each call looks at every record and every visit. */
final class PlainCalls {
  private final List<CallRecord> records;
  private final List<Market.Visit> visits;

  PlainCalls(List<CallRecord> records, List<Market.Visit> visits) {
    this.records = records.stream().sorted(Comparator.comparing(CallRecord::offset)).toList();
    this.visits = visits;
  }

  Set<String> rows(LocalDate day) {
    Set<String> rows = new TreeSet<>();
    for (String call : records.stream().map(CallRecord::call).collect(Collectors.toSet())) {
      List<CallRecord> own =
          records.stream()
              .filter(record -> record.call().equals(call))
              .filter(record -> Math.abs(days(record.time(), day)) <= 30)
              .toList();
      if (!own.isEmpty() && days(start(own), day) == 0) {
        rows.add(row(day, call, own));
      }
    }
    return rows;
  }

  private static long days(Instant time, LocalDate day) {
    return Market.day(time).toEpochDay() - day.toEpochDay();
  }

  private static Instant start(List<CallRecord> own) {
    return own.stream()
        .flatMap(record -> record.started().stream())
        .findFirst()
        .orElseGet(
            () -> own.stream().map(CallRecord::time).min(Comparator.naturalOrder()).orElseThrow());
  }

  private String row(LocalDate day, String call, List<CallRecord> own) {
    Instant start = start(own);
    String caller = last(own, CallRecord::caller);
    String user = last(own, CallRecord::user);
    Optional<Long> seconds =
        own.stream()
            .flatMap(record -> record.seconds().stream())
            .filter(many -> many >= 0)
            .reduce((a, b) -> b);
    Optional<Boolean> answered =
        own.stream()
            .flatMap(record -> answered(record.status()).stream())
            .reduce((a, b) -> b)
            .or(() -> seconds.map(many -> many > 0));
    Optional<Market.Visit> visit =
        visits.stream()
            .filter(one -> one.user().equals(user.equals("null") ? caller : user))
            .filter(one -> !one.start().isAfter(start))
            .filter(
                one ->
                    Duration.between(one.start(), start).toHours() < 24
                        || Duration.between(one.start(), start).equals(Duration.ofHours(24)))
            .max(Comparator.comparing(Market.Visit::start).thenComparing(Market.Visit::id));
    String source =
        visit
            .map(Market.Visit::source)
            .filter(found -> !Set.of("", "direct", "Organic").contains(found))
            .orElse(last(own, CallRecord::source));
    return Stream.of(
            day,
            call,
            start,
            caller,
            "null",
            user,
            "inbound",
            last(own, CallRecord::status),
            answered.map(String::valueOf).orElse("null"),
            seconds.map(String::valueOf).orElse("null"),
            "null",
            last(own, CallRecord::transcript),
            visit.map(Market.Visit::id).orElse("null"),
            source,
            "null",
            own.stream().map(CallRecord::event).distinct().count(),
            Instant.ofEpochSecond(1_700_000_000L + own.get(own.size() - 1).offset()))
        .map(String::valueOf)
        .collect(Collectors.joining("|"));
  }

  private static String last(List<CallRecord> own, Function<CallRecord, String> column) {
    return own.stream()
        .map(column)
        .filter(word -> !word.isBlank())
        .reduce((a, b) -> b)
        .orElse("null");
  }

  private static Optional<Boolean> answered(String status) {
    return switch (status.toLowerCase(Locale.ROOT)) {
      case "completed", "answered" -> Optional.of(true);
      case "busy", "no-answer" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
