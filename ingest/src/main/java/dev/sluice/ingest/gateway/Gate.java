package dev.sluice.ingest.gateway;

import dev.sluice.ingest.gateway.GatewaySettings.RouteSettings;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** One route, ready: what it is for, and how its service has been lately. */
final class Gate {
  private static final String ANYTHING = "/*";

  private final String name;
  private final String prefix;
  private final RouteSettings settings;
  private final Breaker breaker;
  private final AtomicInteger underWay = new AtomicInteger();

  Gate(String stage, RouteSettings settings, InstantSource clock) {
    this.name = "/" + stage + settings.path();
    this.prefix = open(settings) ? name.substring(0, name.length() - ANYTHING.length()) : name;
    this.settings = settings;
    this.breaker = new Breaker(settings.breaker(), clock);
  }

  private static boolean open(RouteSettings settings) {
    return settings.path().endsWith(ANYTHING);
  }

  String name() {
    return name;
  }

  RouteSettings settings() {
    return settings;
  }

  Breaker breaker() {
    return breaker;
  }

  boolean leads(String path) {
    return open(settings)
        ? path.equals(prefix) || path.startsWith(prefix + "/")
        : path.equals(prefix);
  }

  boolean takes(String method) {
    return settings.methods().isEmpty() || settings.methods().contains(method);
  }

  /** Of two that lead, the longer one knows better, and the one without a star. */
  int weight() {
    return 2 * prefix.length() + (open(settings) ? 0 : 1);
  }

  /** The path behind it: its own part replaced by the target's. */
  String behind(String base, String path) {
    String end = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    String behind = end + path.substring(prefix.length());
    return behind.isEmpty() ? "/" : behind;
  }

  /** Takes a place among those under way. */
  boolean enter() {
    if (underWay.incrementAndGet() <= settings.concurrent()) {
      return true;
    }
    underWay.decrementAndGet();
    return false;
  }

  void leave() {
    underWay.decrementAndGet();
  }

  int underWay() {
    return underWay.get();
  }
}
