package dev.sluice.ingest.log;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server$;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A real Kafka broker in this process: broker and KRaft controller in one node, for one machine.
 * What it holds survives a restart on the same directory, after a kill as well.
 *
 * <p>A fault that Kafka calls fatal does not end the process: it is kept, logged, and shown by the
 * health check; producers then get no answer, which the door tells its senders.
 */
public final class EmbeddedBroker implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration SHUTDOWN = Duration.ofSeconds(20);

  private final Path directory;
  private final int port;
  private final AtomicReference<String> fault = new AtomicReference<>();
  private final ListeningSockets sockets = new ListeningSockets();
  private Optional<DirectoryLock> lock = Optional.empty();
  private Optional<Metrics> metrics = Optional.empty();
  private Optional<ControllerServer> controller = Optional.empty();
  private Optional<BrokerServer> broker = Optional.empty();
  private volatile int boundPort;

  /** A broker on a directory of its own; port 0 picks a free one. */
  public EmbeddedBroker(Path directory, int port) {
    this.directory = Objects.requireNonNull(directory, "directory");
    this.port = port;
  }

  @Override
  public String name() {
    return "log";
  }

  @Override
  public void start() throws IOException {
    Files.createDirectories(directory);
    lock = Optional.of(DirectoryLock.take(directory));
    boundPort = sockets.bind(BrokerProperties.LISTENER, port);
    int controllerPort = sockets.bind(BrokerProperties.CONTROLLER_LISTENER, 0);
    Path data = directory.resolve("data");
    format(data);
    KafkaConfig config =
        KafkaConfig.fromProps(BrokerProperties.of(data, boundPort, controllerPort), false);
    try {
      startServers(config);
    } catch (RuntimeException e) {
      throw new LogException("the log on " + directory + " does not start: " + e.getMessage(), e);
    }
  }

  @Override
  public void stop() throws IOException {
    // The broker first: it tells the controller that it leaves.
    broker.ifPresent(server -> server.shutdown(SHUTDOWN));
    controller.ifPresent(ControllerServer::shutdown);
    metrics.ifPresent(EmbeddedBroker::close);
    sockets.close();
    if (lock.isPresent()) {
      lock.get().close();
    }
    broker = Optional.empty();
    controller = Optional.empty();
    metrics = Optional.empty();
    lock = Optional.empty();
  }

  /** Where clients find it, once started: {@code 127.0.0.1:9092}. */
  public String bootstrapServers() {
    if (boundPort == 0) {
      throw new IllegalStateException("the log has not started");
    }
    return "127.0.0.1:" + boundPort;
  }

  public Health.State state() {
    String why = fault.get();
    return why == null ? new Health.Up() : new Health.Down(why);
  }

  private void startServers(KafkaConfig config) {
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> directories =
        KafkaRaftServer.initializeLogDirs(config, LOG, "");
    MetaPropertiesEnsemble ensemble = directories._1();
    Metrics counted =
        Server$.MODULE$.initializeMetrics(config, Time.SYSTEM, ensemble.clusterId().orElseThrow());
    metrics = Optional.of(counted);
    SharedServer shared =
        new SharedServer(
            config,
            ensemble,
            Time.SYSTEM,
            counted,
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            List.of(),
            (name, fatal, action) -> faultHandler(name, fatal, action),
            sockets);
    BrokerServer brokerServer = new BrokerServer(shared);
    ControllerServer controllerServer =
        new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
    controller = Optional.of(controllerServer);
    controllerServer.startup();
    broker = Optional.of(brokerServer);
    brokerServer.startup();
  }

  private static void close(Metrics metrics) {
    AppInfoParser.unregisterAppInfo(
        Server$.MODULE$.MetricsPrefix(), Integer.toString(BrokerProperties.NODE_ID), metrics);
    metrics.close();
  }

  private FaultHandler faultHandler(String name, boolean fatal, Runnable action) {
    return new FaultHandler() {
      @Override
      public RuntimeException handleFault(String message, Throwable cause) {
        String line = name + ": " + message + (cause == null ? "" : ": " + cause.getMessage());
        if (fatal) {
          fault.compareAndSet(null, line);
          LOG.error("the log has failed: {}", line, cause);
        } else {
          LOG.warn("{}", line, cause);
        }
        action.run();
        return new LogException(line, cause);
      }
    };
  }

  private static void format(Path data) throws IOException {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(data);
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setPrintStream(silent)
          .setNodeId(BrokerProperties.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new LogException(
          "the directory " + data + " cannot be formatted: " + e.getMessage(), e);
    }
  }
}
