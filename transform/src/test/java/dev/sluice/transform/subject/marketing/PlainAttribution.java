package dev.sluice.transform.subject.marketing;

import dev.sluice.transform.sample.PlainSubjects;
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
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Attribution again, slowly and plainly: each conversion looks at every touch there is. */
final class PlainAttribution {
  private static final Set<String> DIRECT =
      Set.of("", "direct", "(direct)", "none", "(none)", "(not set)", "organic");

  /** What a partner says of one install or reattribution, in the end. */
  private record Statement(
      String id, String kind, String user, String person, Instant known, Touch touch) {}

  private record Touch(
      String person,
      Instant at,
      String kind,
      String id,
      String source,
      String campaign,
      Instant known) {}

  private record Conversion(
      String kind,
      String id,
      String user,
      String person,
      Instant at,
      String net,
      String currency) {}

  private final Market market;
  private final LocalDate day;
  private final List<Statement> statements = new ArrayList<>();

  PlainAttribution(Market market, LocalDate day) {
    this.market = market;
    this.day = day;
    List<Postback> known =
        market.postbacks().stream()
            .filter(postback -> !Market.day(postback.time()).isBefore(day.minusDays(31)))
            .filter(postback -> !Market.day(postback.time()).isAfter(day.plusDays(30)))
            .sorted(Postback.IN_ORDER)
            .toList();
    for (Postback postback : known) {
      if (postback.type().equals("event")) {
        continue;
      }
      List<Postback> same = known.stream().filter(other -> same(postback, other)).toList();
      Postback last = same.stream().max(Comparator.comparing(Postback::offset)).orElseThrow();
      if (postback.equals(last) && !last.type().startsWith("rejected_")) {
        statements.add(statement(last, same, known));
      }
    }
  }

  private static boolean same(Postback one, Postback other) {
    return !other.type().equals("event")
        && device(one).equals(device(other))
        && kind(one).equals(kind(other))
        && knownAt(one).equals(knownAt(other));
  }

  private static String device(Postback postback) {
    return postback.device().isEmpty() ? "#postback-" + postback.offset() : postback.device();
  }

  private static String kind(Postback postback) {
    return postback.type().replace("rejected_", "");
  }

  private static Instant knownAt(Postback postback) {
    return kind(postback).equals("install") && !postback.installed().isEmpty()
        ? postback.installed().get(0)
        : postback.time();
  }

  private static Statement statement(Postback last, List<Postback> same, List<Postback> known) {
    String user =
        same.stream()
            .filter(postback -> !postback.user().isEmpty())
            .max(Comparator.comparing(Postback::offset))
            .or(
                () ->
                    known.stream()
                        .filter(other -> device(other).equals(device(last)))
                        .filter(other -> !other.user().isEmpty())
                        .findFirst())
            .map(Postback::user)
            .orElse("");
    String person = user.isEmpty() ? "device " + device(last) : user;
    Instant at = knownAt(last);
    Instant touched = last.touched().isEmpty() ? at : last.touched().get(0);
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
    String id = digest(kind(last) + " " + micros + " appsflyer app " + device(last));
    Instant start = touched.isAfter(at) ? at : touched;
    return new Statement(
        id,
        kind(last),
        user,
        person,
        at,
        new Touch(person, start, "postback", id, last.source(), last.campaign(), at));
  }

  private static String digest(String words) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(words.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 32);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new AssertionError(everyJavaHasIt);
    }
  }

  /** Every row of the day as the text of its columns. */
  Set<String> rows() {
    Set<String> rows = new TreeSet<>();
    for (Conversion conversion : conversions()) {
      List<Touch> path = path(conversion);
      for (String model : Credit.NAMES) {
        rows.addAll(divided(conversion, model, path));
      }
    }
    return rows;
  }

  private List<Conversion> conversions() {
    List<Conversion> found = new ArrayList<>();
    market.orders().stream()
        .map(
            order ->
                new Conversion(
                    "purchase",
                    order.id(),
                    order.user(),
                    order.user(),
                    order.time(),
                    order.net(),
                    order.currency()))
        .forEach(found::add);
    List<Conversion> installs =
        new PlainSubjects(market.events())
            .distinct().stream()
                .map(event -> install(event.id(), event.user(), event.user(), event.time()))
                .toList();
    found.addAll(installs);
    for (Statement statement : statements) {
      boolean reportedTwice =
          installs.stream()
              .filter(install -> install.user().equals(statement.user()))
              .anyMatch(
                  install -> Math.abs(ChronoUnit.DAYS.between(Market.day(install.at()), day)) <= 1);
      if (statement.kind().equals("install") && !reportedTwice) {
        found.add(install(statement.id(), statement.user(), statement.person(), statement.known()));
      }
    }
    return found.stream().filter(conversion -> Market.day(conversion.at()).equals(day)).toList();
  }

  private static Conversion install(String id, String user, String person, Instant at) {
    return new Conversion("install", id, user, person, at, "", "");
  }

  private List<Touch> path(Conversion conversion) {
    Duration slack = Duration.ofHours(conversion.kind().equals("install") ? 24 : 0);
    Predicate<Touch> leads =
        touch ->
            touch.person().equals(conversion.person())
                && !touch.at().isBefore(conversion.at().minus(30, ChronoUnit.DAYS))
                && !touch
                    .known()
                    .isAfter(
                        touch.kind().equals("postback")
                            ? conversion.at().plus(slack)
                            : conversion.at());
    List<Touch> visits =
        market.visits().stream()
            .map(v -> new Touch(v.user(), v.start(), "session", v.id(), v.source(), "", v.start()))
            .filter(leads)
            .sorted(order())
            .toList();
    List<Touch> named =
        Stream.concat(visits.stream(), statements.stream().map(Statement::touch).filter(leads))
            .filter(touch -> !isDirect(touch))
            .sorted(order())
            .toList();
    if (named.isEmpty()) {
      List<Touch> direct = visits.stream().filter(PlainAttribution::isDirect).toList();
      return List.of(
          direct.isEmpty()
              ? new Touch("", Instant.MAX, "none", "", "", "", Instant.MAX)
              : alone(direct.get(direct.size() - 1)));
    }
    if (named.size() <= 100) {
      return named;
    }
    List<Touch> capped = new ArrayList<>(named.subList(named.size() - 99, named.size()));
    capped.add(0, named.get(0));
    return capped;
  }

  private static Comparator<Touch> order() {
    return Comparator.comparing(Touch::at).thenComparing(Touch::kind).thenComparing(Touch::id);
  }

  private static boolean isDirect(Touch touch) {
    return DIRECT.contains(touch.source().strip().toLowerCase(Locale.ROOT));
  }

  private static Touch alone(Touch visit) {
    return new Touch(visit.person(), visit.at(), "direct", visit.id(), "", "", visit.at());
  }

  private List<String> divided(Conversion conversion, String model, List<Touch> path) {
    int n = path.size();
    List<BigDecimal> weights =
        path.stream()
            .map(touch -> weight(model, path.indexOf(touch), n, conversion, touch))
            .toList();
    BigDecimal whole = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal left = BigDecimal.ONE;
    BigDecimal unpaid = conversion.net().isEmpty() ? null : new BigDecimal(conversion.net());
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      BigDecimal share = weights.get(i).divide(whole, 9, RoundingMode.FLOOR);
      share = i == n - 1 ? left : share;
      left = left.subtract(share);
      BigDecimal paid = null;
      if (unpaid != null) {
        paid = new BigDecimal(conversion.net()).multiply(share).setScale(4, RoundingMode.FLOOR);
        paid = i == n - 1 ? unpaid.setScale(4) : paid;
        unpaid = unpaid.subtract(paid);
      }
      if (share.signum() > 0) {
        rows.add(row(conversion, model, i, n, path.get(i), share.setScale(9), paid));
      }
    }
    return rows;
  }

  private static BigDecimal weight(String model, int i, int n, Conversion conversion, Touch touch) {
    boolean end = i == 0 || i == n - 1;
    return switch (model) {
      case "last" -> BigDecimal.valueOf(i == n - 1 ? 1 : 0);
      case "first" -> BigDecimal.valueOf(i == 0 ? 1 : 0);
      case "linear" -> BigDecimal.ONE;
      case "position" ->
          n <= 2 || end ? BigDecimal.valueOf(n <= 2 ? 1 : 4 * (n - 2)) : BigDecimal.valueOf(2);
      default -> {
        long age =
            touch.kind().equals("none")
                ? 0
                : Math.max(0, ChronoUnit.MICROS.between(touch.at(), conversion.at()));
        double halves = age / (7 * 86_400e6);
        yield BigDecimal.valueOf(Math.round(StrictMath.pow(2, -halves) * 1e9));
      }
    };
  }

  private String row(
      Conversion conversion,
      String model,
      int i,
      int n,
      Touch touch,
      BigDecimal share,
      BigDecimal paid) {
    Instant at = touch.at().isAfter(conversion.at()) ? conversion.at() : touch.at();
    return Stream.of(
            day,
            conversion.kind(),
            conversion.id(),
            orNull(conversion.user()),
            conversion.at(),
            model,
            i + 1,
            n,
            touch.kind(),
            orNull(touch.id()),
            touch.kind().equals("none") ? "null" : at,
            orNull(touch.source()),
            orNull(touch.campaign()),
            share,
            String.valueOf(paid),
            orNull(conversion.currency()))
        .map(String::valueOf)
        .collect(Collectors.joining("|"));
  }

  private static String orNull(String word) {
    return word.isEmpty() ? "null" : word;
  }
}
