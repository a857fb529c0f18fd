package dev.sluice.infra.local;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import dev.sluice.infra.compute.ComputeSettings;
import dev.sluice.infra.fleet.FleetSettings;
import dev.sluice.infra.wire.CloudSettings;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.lake.LakeSettings;
import dev.sluice.monitoring.MonitorSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The settings of a pipeline on one machine: those of each module under its name. */
record PipelineSettings(
    LakeSettings lake,
    IngestSettings ingest,
    MonitorSettings monitor,
    CloudSettings cloud,
    ComputeSettings compute,
    FleetSettings fleet) {

  /** Reads them; directories, ports, keys and who finds whom are decided here. */
  static PipelineSettings read(
      Optional<Path> file,
      Map<String, String> environment,
      Path directory,
      Ports ports,
      Credentials credentials) {
    Path lake = directory.resolve("lake");
    String console = loopback(ports.console());
    String catalog = loopback(ports.catalog());
    Map<String, String> decided =
        Map.ofEntries(
            Map.entry("lake.data", lake.toString()),
            Map.entry("lake.objects.directory", "objects"),
            Map.entry("lake.storage.kind", "local"),
            Map.entry("lake.storage.access-key", credentials.accessKey()),
            Map.entry("lake.storage.secret-key", credentials.secretKey()),
            Map.entry("lake.s3.port", Integer.toString(ports.s3())),
            Map.entry("lake.catalog.port", Integer.toString(ports.catalog())),
            Map.entry("ingest.data", directory.resolve("ingest").toString()),
            Map.entry("ingest.door.port", Integer.toString(ports.console())),
            Map.entry("ingest.door.write-key", credentials.writeKey()),
            Map.entry("ingest.mqtt.port", Integer.toString(ports.mqtt())),
            Map.entry("ingest.log.port", Integer.toString(ports.kafka())),
            Map.entry("ingest.sink.catalog", catalog),
            // Workers come with their nodes.
            Map.entry("ingest.sink.workers", "0"),
            Map.entry("cloud.port", Integer.toString(ports.cloud())),
            // Its page is the console's, on the door's port and behind the door's guard.
            Map.entry("monitor.host", "127.0.0.1"),
            Map.entry("monitor.port", Integer.toString(ports.console())),
            Map.entry("monitor.token", ""),
            Map.entry("monitor.targets", "ingest=" + console + ",lake=" + catalog));
    PipelineSettings settings = Settings.read(PipelineSettings.class, file, environment, decided);
    Optional<Secret> token = settings.lake().catalog().token();
    if (token.isEmpty()) {
      return settings;
    }
    // Whoever speaks to the catalog is told what it wants to be shown.
    Map<String, String> told = new HashMap<>(decided);
    told.put("ingest.sink.token", token.get().value());
    told.put("monitor.keys", "lake=" + token.get().value());
    return Settings.read(PipelineSettings.class, file, environment, told);
  }

  private static String loopback(int port) {
    return "http://127.0.0.1:" + port;
  }
}
