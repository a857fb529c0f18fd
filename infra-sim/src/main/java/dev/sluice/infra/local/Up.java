package dev.sluice.infra.local;

import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import dev.sluice.ingest.Ingest;
import dev.sluice.ingest.Surroundings;
import dev.sluice.lake.Lake;
import dev.sluice.monitoring.Monitor;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * The whole pipeline in one process. The lake is there before what writes to it, and leaves after;
 * the console lies on the door's port.
 */
final class Up {
  private final Machine machine = new Machine();
  private final Lake lake;
  private final Ingest ingest;
  private final Monitor monitor;
  private final Credentials credentials;

  Up(PipelineSettings settings, Credentials credentials) {
    this.credentials = credentials;
    this.lake =
        new Lake(
            settings.lake(),
            machine.vertx(),
            machine.telemetry(),
            machine.health(),
            machine.clock(),
            new SecureRandom());
    this.monitor = new Monitor(settings.monitor(), machine.vertx(), machine.clock());
    this.ingest =
        new Ingest(
            settings.ingest(),
            new Surroundings(
                machine.vertx(),
                machine.health(),
                machine.telemetry(),
                machine.clock(),
                new Secret(credentials.writeKey())),
            List.of(this::console));
  }

  Lifecycle services() {
    return new Lifecycle().add(machine).add(lake).add(ingest).add(monitor);
  }

  /** Where everything is; only once the services run. */
  Endpoints endpoints() {
    URI door = ingest.door();
    return new Endpoints(
        door,
        door,
        Optional.empty(),
        ingest.bootstrapServers(),
        lake.s3().orElseThrow(),
        lake.catalog(),
        Optional.empty(),
        credentials,
        ProcessHandle.current().pid());
  }

  private void console(Router router) {
    router
        .get()
        .handler(
            context -> {
              if (!monitor.answered(context.request())) {
                context.next();
              }
            });
  }
}
