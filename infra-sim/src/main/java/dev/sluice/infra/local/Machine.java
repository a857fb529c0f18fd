package dev.sluice.infra.local;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.daemon.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Clock;

/**
 * What all parts of one process share: event loops, meters, checks and the clock. Closed after all
 * of them.
 */
final class Machine implements Service {
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setPreferNativeTransport(true)
              .setWorkerPoolSize(8)
              .setInternalBlockingPoolSize(8));
  private final Telemetry telemetry = new Telemetry();
  private final Health health = new Health();

  @Override
  public String name() {
    return "machine";
  }

  @Override
  public void start() {
    // Its parts are made by being made; it is a service to be closed in its turn.
  }

  @Override
  public void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    telemetry.close();
  }

  Vertx vertx() {
    return vertx;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  Health health() {
    return health;
  }

  Clock clock() {
    return Clock.systemUTC();
  }
}
