package dev.sluice.infra.local;

import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.Ingest;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.Surroundings;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./sluice ingest}: front door and sink as a daemon alone. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = "Front door and ingest workers alone, for a deployment on several machines.")
final class IngestCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    IngestSettings settings = config.read(IngestSettings.class);
    Machine machine = new Machine();
    Ingest ingest =
        new Ingest(
            settings,
            new Surroundings(
                machine.vertx(),
                machine.health(),
                machine.telemetry(),
                machine.clock(),
                UUID::randomUUID,
                settings
                    .door()
                    .writeKey()
                    .orElseThrow(
                        () ->
                            new SettingsException(
                                "setting 'door.write-key' is missing: set it in the file or as"
                                    + " SLUICE_DOOR_WRITE_KEY"))),
            List.of());
    UntilTold.serve(
        new Lifecycle().add(machine).add(ingest),
        () -> {
          System.out.println("front door listens at " + ingest.door());
          System.out.println("MQTT listens at " + ingest.mqtt());
        },
        () -> {});
    return 0;
  }
}
