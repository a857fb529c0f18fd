package dev.sluice.infra.wire;

import dev.sluice.awswire.Credential;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.infra.clock.Scheduler;
import dev.sluice.infra.compute.Compute;
import dev.sluice.infra.compute.ComputeSettings;
import dev.sluice.infra.compute.InstanceTypes;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A cloud port with EC2 behind it, on a free port of this machine. */
final class RunningCloud {
  static final Credential KEY = new Credential("sluice-test", "a secret/with+signs=");

  private final Vertx vertx = Vertx.vertx();
  private final Lifecycle lifecycle = new Lifecycle();
  private final Telemetry telemetry = new Telemetry();
  private final Compute compute;
  private final CloudServer server;

  RunningCloud(ComputeSettings settings, Path directory, Scheduler time, long seed)
      throws Exception {
    this.compute = new Compute(settings, directory, time, seed, InstanceTypes.shipped());
    CloudSettings defaults = Settings.defaults(CloudSettings.class);
    this.server =
        new CloudServer(
            vertx,
            new CloudSettings(
                "127.0.0.1",
                0,
                new ByteSize(64 << 10),
                defaults.workers(),
                defaults.queue(),
                defaults.idle(),
                Duration.ofSeconds(5)),
            Map.of("ec2", new Ec2Handler(compute)),
            name -> name.equals(KEY.accessKey()) ? Optional.of(KEY) : Optional.<Credential>empty(),
            InstantSource.system(),
            new DaemonPages(new Health(), telemetry));
    lifecycle.add(compute).add(server);
    lifecycle.start();
  }

  Compute compute() {
    return compute;
  }

  URI address() {
    return server.address();
  }

  SignedCalls calls() {
    return new SignedCalls(address(), KEY);
  }

  void close() throws Exception {
    lifecycle.close();
    telemetry.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
