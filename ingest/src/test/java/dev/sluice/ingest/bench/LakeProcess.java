package dev.sluice.ingest.bench;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.ChildJvm;
import dev.sluice.lake.Lake;
import dev.sluice.lake.LakeSettings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Object store and catalog as a process of their own, with the settings they have by default. */
final class LakeProcess implements AutoCloseable {
  private final ChildJvm child;
  private final URI catalog;

  private LakeProcess(ChildJvm child, URI catalog) {
    this.child = child;
    this.catalog = catalog;
  }

  static LakeProcess start(Path directory) throws Exception {
    Files.createDirectories(directory);
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("lake.err"),
            ChildJvm.arguments(
                List.of("-Xmx512m"), LakeProcess.class, List.of(directory.toString())),
            Map.of("SLUICE_S3_PORT", "0", "SLUICE_CATALOG_PORT", "0"));
    return new LakeProcess(child, URI.create(child.ready()));
  }

  URI catalog() {
    return catalog;
  }

  ChildJvm child() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }

  public static void main(String[] arguments) throws Exception {
    Lake lake =
        new Lake(
            Settings.read(LakeSettings.class, Optional.empty(), System.getenv())
                .in(Path.of(arguments[0], "lake")),
            Vertx.vertx(),
            new Telemetry(),
            new Health(),
            InstantSource.system(),
            new SecureRandom());
    lake.start();
    ChildJvm.serve(lake.catalog(), question -> "");
    lake.stop();
  }
}
