package dev.sluice.ingest.sink;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.lake.catalog.CatalogSettings;
import dev.sluice.lake.catalog.IcebergArea;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.HttpFront;
import dev.sluice.lake.http.Workers;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One broker and one lake for all tests of this JVM; each test has streams and tables of its own.
 */
public final class House {

  private static House one;

  private final HttpFront catalog;
  private final LakeConnection lake;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  private House() throws Exception {
    Path directory = Files.createTempDirectory("house");
    catalog = catalog(directory);
    lake = new LakeConnection(catalog.uri(), Optional.empty(), Duration.ofSeconds(20));
    admin = Admin.create(Map.of("bootstrap.servers", KafkaFixture.bootstrapServers()));
    producer = newProducer(Map.of());
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
  }

  public static synchronized House open() throws Exception {
    if (one == null) {
      one = new House();
    }
    return one;
  }

  private static HttpFront catalog(Path directory) throws Exception {
    Path own = Files.createDirectories(directory.resolve("lake"));
    CatalogSettings settings =
        Settings.read(
            CatalogSettings.class,
            Optional.empty(),
            Map.of(
                "SLUICE_PORT",
                "0",
                "SLUICE_WAREHOUSE",
                own.resolve("warehouse").toUri().toString()));
    Map<String, String> files = Map.of("io-impl", "org.apache.iceberg.hadoop.HadoopFileIO");
    Telemetry telemetry = new Telemetry();
    LakeCatalog catalog = LakeCatalog.open(settings, own, files, telemetry.registry());
    HttpFront front =
        new HttpFront(
            "catalog",
            settings.binding(),
            new Gate(settings.binding(), settings.token(), "catalog.token"),
            new DaemonPages(new Health(), telemetry),
            List.of(
                new IcebergArea(
                    catalog,
                    files,
                    settings.warehouse(),
                    new Workers(
                        "catalog", settings.workers(), settings.queue(), Duration.ofSeconds(10)),
                    telemetry.registry())),
            settings.maxBody(),
            Vertx.vertx());
    front.start();
    return front;
  }

  KafkaProducer<byte[], byte[]> newProducer(Map<String, Object> more) {
    Map<String, Object> config = new java.util.HashMap<>(more);
    config.put("bootstrap.servers", KafkaFixture.bootstrapServers());
    config.put("linger.ms", 2);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void end() {
    try {
      producer.close(Duration.ofSeconds(1));
      admin.close(Duration.ofSeconds(1));
      lake.close();
      catalog.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public String bootstrapServers() {
    return KafkaFixture.bootstrapServers();
  }

  public URI catalogUri() {
    return catalog.uri();
  }

  public LakeConnection lake() {
    return lake;
  }

  public Admin admin() {
    return admin;
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }
}
