package dev.sluice.ingest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broker, lake and sinks are processes that are killed, frozen, cut off and filled up in an order
 * chance finds, while events come in all the time. In the end every event is there once. The seed
 * is printed; {@code -Dchaos.seed=N} chooses the same faults, victims and lengths again.
 */
@Tag("alone")
class ChaosTest {
  /** What the processes said is left behind when it fails. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void whateverHappensToItsProcessesEveryEventIsInTheTablesOnce() throws Exception {
    long seed = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));
    System.out.println("chaos seed " + seed + " in " + directory);
    try (Cluster cluster = new Cluster(directory)) {
      cluster.start();
      long events;
      Map<Fault, Integer> met;
      try (Sender sender = new Sender(cluster.bootstrapServers())) {
        met = new Mischief(cluster, seed).play();
        events = sender.end();
      }
      Await.until(
          "the tables cover all " + events + " events",
          Duration.ofMinutes(2),
          () -> cluster.covered().orElse(0) == events);
      for (Node sink : cluster.sinks) {
        assertThat(sink.end()).as("exit code of a sink that was asked to end").isZero();
      }
      Proof proof = new Proof(cluster, events);
      System.out.println(proof.describe());
      System.out.println("met " + met);
      proof.theLogHoldsEachEventOnce();
      proof.eachEventIsARowOrADeadLetterOnceAndNothingElseIs();
      proof.everyFileOfEverySnapshotIsThere();
      proof.theLedgerIsSoundToEveryValue();
      assertThat(met.keySet()).as("faults that had their moment").contains(Fault.values());
      assertThat(cluster.lake.end()).as("exit code of the lake").isZero();
      assertThat(cluster.broker.end()).as("exit code of the broker").isZero();
    }
  }
}
