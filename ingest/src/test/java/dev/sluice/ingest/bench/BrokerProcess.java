package dev.sluice.ingest.bench;

import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.log.EmbeddedBroker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The broker in a JVM of its own, the same for all who read from it. It tells how many bytes of a
 * topic it has handed out: how far a reader is can be seen there whoever reads.
 */
final class BrokerProcess implements AutoCloseable {
  private final ChildJvm child;
  private final String bootstrapServers;

  private BrokerProcess(ChildJvm child, String bootstrapServers) {
    this.child = child;
    this.bootstrapServers = bootstrapServers;
  }

  static BrokerProcess start(Path directory) throws Exception {
    Files.createDirectories(directory);
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("broker.err"),
            ChildJvm.arguments(
                List.of("-Xmx1g"),
                BrokerProcess.class,
                List.of(directory.resolve("log").toString())),
            Map.of());
    return new BrokerProcess(child, child.ready());
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  long pid() {
    return child.pid();
  }

  long fetchedBytes(String topic) throws IOException {
    return Long.parseLong(child.ask(topic));
  }

  @Override
  public void close() {
    child.close();
  }

  public static void main(String[] arguments) throws Exception {
    EmbeddedBroker broker = new EmbeddedBroker(Path.of(arguments[0]), 0);
    broker.start();
    ChildJvm.serve(broker.bootstrapServers(), topic -> Long.toString(count(topic)));
    broker.stop();
  }

  private static long count(String topic) {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName name =
          new ObjectName("kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec,topic=" + topic);
      // Made with the first byte.
      return beans.isRegistered(name) ? (Long) beans.getAttribute(name, "Count") : 0;
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
