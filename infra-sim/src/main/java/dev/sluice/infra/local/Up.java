package dev.sluice.infra.local;

import dev.sluice.awswire.Credential;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import dev.sluice.infra.clock.WallTime;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.InstanceTypes;
import dev.sluice.infra.compute.NodeMeters;
import dev.sluice.infra.fleet.WorkerFleet;
import dev.sluice.infra.fleet.Workplace;
import dev.sluice.infra.wire.CloudServer;
import dev.sluice.infra.wire.Ec2Handler;
import dev.sluice.ingest.Ingest;
import dev.sluice.ingest.Surroundings;
import dev.sluice.ingest.sink.SinkWorkers;
import dev.sluice.lake.Lake;
import dev.sluice.monitoring.Monitor;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The whole pipeline in one process. The lake is there before what writes to it, and leaves after;
 * the workers come with the simulated nodes that they run on; the console lies on the door's port.
 */
final class Up {
  /** Changes of nodes that may lie ahead at once. */
  private static final int AGENDA = 100_000;

  private final Machine machine = new Machine();
  private final WallTime time = new WallTime(machine.clock(), AGENDA);
  private final Credentials credentials;
  private final Lake lake;
  private final Ingest ingest;
  private final Compute compute;
  private final WorkerFleet fleet;
  private final CloudServer cloud;
  private final Monitor monitor;

  Up(PipelineSettings settings, Path directory, Credentials credentials) {
    this.credentials =
        new Credentials(
            credentials.accessKey(),
            credentials.secretKey(),
            credentials.writeKey(),
            settings.lake().catalog().token().map(Secret::value),
            Optional.empty());
    SecureRandom random = new SecureRandom();
    this.lake =
        new Lake(
            settings.lake(),
            machine.vertx(),
            machine.telemetry(),
            machine.health(),
            machine.clock(),
            random);
    this.monitor = new Monitor(settings.monitor(), machine.vertx(), machine.clock());
    this.ingest =
        new Ingest(
            settings.ingest(),
            new Surroundings(
                machine.vertx(),
                machine.health(),
                machine.telemetry(),
                machine.clock(),
                UUID::randomUUID,
                new Secret(credentials.writeKey())),
            List.of(this::console));
    this.compute =
        new Compute(
            settings.compute(),
            directory.resolve("nodes"),
            time,
            random.nextLong(),
            InstanceTypes.shipped());
    NodeMeters.bind(machine.telemetry().registry(), compute);
    this.fleet =
        new WorkerFleet(settings.fleet(), compute, workplace(ingest.sink()), machine.health());
    this.cloud =
        new CloudServer(
            machine.vertx(),
            settings.cloud(),
            Map.of("ec2", new Ec2Handler(compute)),
            key ->
                key.equals(credentials.accessKey())
                    ? Optional.of(new Credential(key, credentials.secretKey()))
                    : Optional.empty(),
            machine.clock(),
            new DaemonPages(machine.health(), machine.telemetry()));
  }

  Lifecycle services() {
    return new Lifecycle()
        .add(machine)
        .add(lake)
        .add(ingest)
        .add(time)
        .add(compute)
        .add(fleet)
        .add(cloud)
        .add(monitor);
  }

  /** Where everything is; only once the services run. */
  Endpoints endpoints() {
    URI door = ingest.door();
    return new Endpoints(
        door,
        door,
        Optional.of(ingest.mqtt()),
        ingest.bootstrapServers(),
        lake.s3().orElseThrow(),
        lake.catalog(),
        Optional.of(cloud.address()),
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

  private static Workplace workplace(SinkWorkers workers) {
    return new Workplace() {
      @Override
      public void hire(String node) {
        workers.hire(node);
      }

      @Override
      public void dismiss(String node) throws InterruptedException {
        workers.dismiss(node);
      }

      @Override
      public void lose(String node) throws InterruptedException {
        workers.lose(node);
      }
    };
  }
}
