package dev.sluice.infra.local;

import dev.sluice.daemon.Lifecycle;
import dev.sluice.ingest.log.EmbeddedBroker;
import java.nio.file.Path;

/** A Kafka broker alone, in the place of a cluster. */
final class BrokerDaemon {
  /** What it says before its address. */
  static final String ANNOUNCEMENT = "log listens at ";

  private BrokerDaemon() {}

  public static void main(String[] arguments) throws Exception {
    EmbeddedBroker broker = new EmbeddedBroker(Path.of(arguments[0]), 0);
    UntilTold.serve(
        new Lifecycle().add(broker),
        () -> System.out.println(ANNOUNCEMENT + broker.bootstrapServers()),
        () -> {});
  }
}
