package dev.sluice.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.daemon.Service;
import dev.sluice.monitoring.dashboard.Status;
import dev.sluice.monitoring.dashboard.StatusPage;
import dev.sluice.monitoring.wire.Observation;
import dev.sluice.monitoring.wire.Scraper;
import dev.sluice.monitoring.wire.Target;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at every target in turn and keeps what it saw last. Whoever owns an HTTP port mounts {@link
 * #answered} on it: the composition root on the console's, {@link MonitorServer} on its own.
 */
public final class Monitor implements Service {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  private final MonitorSettings settings;
  private final Vertx vertx;
  private final InstantSource clock;
  private final Scraper scraper;
  private final List<Target> targets;
  private final Map<Target, Observation> latest = new ConcurrentHashMap<>();
  private final Set<Target> asked = ConcurrentHashMap.newKeySet();
  private long timer;

  public Monitor(MonitorSettings settings, Vertx vertx, InstantSource clock) {
    this.settings = settings;
    this.vertx = vertx;
    this.clock = clock;
    this.scraper =
        new Scraper(vertx, settings.patience(), settings.scrapeLimit().intBytes(), clock);
    this.targets =
        settings.targets().entrySet().stream()
            .map(
                entry ->
                    new Target(
                        entry.getKey(),
                        entry.getValue(),
                        Optional.ofNullable(settings.keys().get(entry.getKey()))))
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .toList();
  }

  @Override
  public String name() {
    return "monitor";
  }

  @Override
  public void start() {
    timer = vertx.setPeriodic(0, settings.interval().toMillis(), tick -> lookAtAll());
  }

  @Override
  public void stop() {
    vertx.cancelTimer(timer);
  }

  /**
   * A target that takes longer than the interval is not asked again until it has answered or was
   * given up.
   */
  private void lookAtAll() {
    for (Target target : targets) {
      if (asked.add(target)) {
        scraper
            .look(target)
            .onSuccess(observation -> latest.put(target, observation))
            .onComplete(done -> asked.remove(target));
      }
    }
  }

  public Status status() {
    return StatusBoard.draw(clock.instant(), targets, latest);
  }

  /** Answers the status page and its JSON; false when the request is for something else. */
  public boolean answered(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      return false;
    }
    switch (request.path()) {
      case "/" ->
          request
              .response()
              .putHeader("Content-Type", "text/html; charset=utf-8")
              .putHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
              .end(StatusPage.render(status()));
      case "/api/v1/status" ->
          request.response().putHeader("Content-Type", "application/json").end(json(status()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String json(Status status) {
    try {
      return JSON.writeValueAsString(status);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
