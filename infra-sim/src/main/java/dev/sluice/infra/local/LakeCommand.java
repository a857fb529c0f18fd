package dev.sluice.infra.local;

import dev.sluice.daemon.Lifecycle;
import dev.sluice.lake.Lake;
import dev.sluice.lake.LakeSettings;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./sluice lake}: object store, catalog and SQL as a daemon alone. */
@Command(
    name = "lake",
    mixinStandardHelpOptions = true,
    description = "Object store, catalog and SQL alone, for a deployment on several machines.")
final class LakeCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    LakeSettings settings = config.read(LakeSettings.class);
    Machine machine = new Machine();
    Lake lake =
        new Lake(
            settings,
            machine.vertx(),
            machine.telemetry(),
            machine.health(),
            machine.clock(),
            new SecureRandom());
    UntilTold.serve(
        new Lifecycle().add(machine).add(lake),
        () -> {
          lake.s3().ifPresent(s3 -> System.out.println("S3 listens at " + s3));
          System.out.println("catalog listens at " + lake.catalog());
        },
        () -> {});
    return 0;
  }
}
