package dev.sluice.ingest.sink;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.lake.Lake;
import dev.sluice.lake.LakeSettings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
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

  private final Path directory;
  private final Lake running;
  private final LakeConnection lake;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  private House() throws Exception {
    directory = Files.createTempDirectory("house");
    running = lake(directory);
    lake = new LakeConnection(running.catalog(), Optional.empty(), Duration.ofSeconds(20));
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

  private static Lake lake(Path directory) throws Exception {
    LakeSettings settings =
        Settings.read(
                LakeSettings.class,
                Optional.empty(),
                Map.of("SLUICE_S3_PORT", "0", "SLUICE_CATALOG_PORT", "0"))
            .in(directory.resolve("lake"));
    Lake running =
        new Lake(
            settings,
            Vertx.vertx(),
            new Telemetry(),
            new Health(),
            InstantSource.system(),
            new SecureRandom());
    running.start();
    return running;
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
      running.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public String bootstrapServers() {
    return KafkaFixture.bootstrapServers();
  }

  /** Where workers keep what they can do without. */
  public Path directory() {
    return directory.resolve("recent");
  }

  public URI catalogUri() {
    return running.catalog();
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
