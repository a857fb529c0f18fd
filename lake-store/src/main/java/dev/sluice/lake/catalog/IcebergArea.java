package dev.sluice.lake.catalog;

import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Bearers;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Iceberg REST protocol under {@code /v1}, counted and timed by operation and status. */
public final class IcebergArea implements Area {
  private static final Logger LOG = LoggerFactory.getLogger(IcebergArea.class);

  private final IcebergCalls calls;
  private final Workers workers;
  private final Turns turns;
  private final MeterRegistry registry;

  public IcebergArea(
      LakeCatalog catalog,
      Grants grants,
      Bearers bearers,
      Handout handout,
      CatalogSettings settings,
      Workers workers,
      InstantSource clock,
      MeterRegistry registry) {
    this.calls = new IcebergCalls(catalog, grants, bearers, handout, settings, clock, registry);
    this.workers = workers;
    this.turns = new Turns(settings.conflictWait(), System::nanoTime);
    this.registry = registry;
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v1/");
  }

  @Override
  public boolean open(String path) {
    return Route.open(path);
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    Optional<Route.Match> match = Route.of(call.method(), call.path());
    if (match.isEmpty()) {
      return Route.known(call.path())
          ? Reply.error(405, "BadRequestException", call.path() + " takes no " + call.method())
          : Reply.error(404, "NotFoundException", "nothing is served at " + call.path());
    }
    long start = System.nanoTime();
    Reply reply = answer(match.get(), call);
    Timer.builder("sluice.catalog.requests")
        .description("requests to the Iceberg catalog")
        .tag("route", match.get().route().name().toLowerCase(Locale.ROOT))
        .tag("status", Integer.toString(reply.status()))
        .register(registry)
        .record(Duration.ofNanos(System.nanoTime() - start));
    return reply;
  }

  @Override
  public CompletionStage<Boolean> leave(Call call, Reply reply) {
    boolean commit =
        Route.of(call.method(), call.path())
            .filter(match -> match.route() == Route.UPDATE_TABLE)
            .isPresent();
    if (commit && reply.status() == 409) {
      return turns.beaten(call.path());
    }
    if (commit && reply.status() == 200) {
      turns.won(call.path());
    }
    return CompletableFuture.completedFuture(true);
  }

  private Reply answer(Route.Match match, Call call) {
    Route route = match.route();
    if (!route.supported()) {
      return Reply.error(
          501,
          "UnsupportedOperationException",
          "this catalog does not offer " + call.method() + " " + call.path());
    }
    for (String parameter : call.query().keySet()) {
      if (!route.understands(parameter)) {
        return Reply.error(
            400,
            "BadRequestException",
            "query parameter '" + parameter + "' is not understood here and would be ignored");
      }
    }
    try {
      return calls.answer(match, call);
    } catch (RuntimeException failure) {
      Reply refusal = Refusals.of(failure);
      if (refusal.status() >= 500) {
        LOG.warn("{} {} failed", call.method(), call.path(), failure);
      }
      return refusal;
    }
  }
}
