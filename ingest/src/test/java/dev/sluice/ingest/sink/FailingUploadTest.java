package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.junit.jupiter.api.Test;

/** The files of one table cannot be written, those of another can. */
class FailingUploadTest {

  /** For the key of an object. */
  private static final String TOO_LONG = "x".repeat(1_100);

  @Test
  void aTableThatCannotBeWrittenStopsItsOwnShardsOnlyAndGoesOnOnceItCan() throws Exception {
    try (Scene broken = new Scene("broken", 2);
        Scene sound = new Scene("sound", 1)) {
      SinkWorkers worker =
          sound.worker("w", sound.house.catalogUri(), List.of(broken.stream, sound.stream));
      broken.produce(0, Scene.event(0, Instant.now()));
      broken.awaitCommitted(1);
      Table table = broken.table();
      table
          .updateProperties()
          .set(TableProperties.WRITE_DATA_LOCATION, table.location() + "/" + TOO_LONG)
          .commit();
      // Those who write go by the table as it was when they began: it begins anew.
      worker.drop();
      SinkWorkers next =
          sound.worker("x", sound.house.catalogUri(), List.of(broken.stream, sound.stream));
      broken.produce(0, Scene.event(1, Instant.now()));
      broken.produce(1, Scene.event(2, Instant.now()));
      Await.until("health says which and why", () -> unhealthy(sound, broken.stream.name()));
      for (int number = 0; number < 5; number++) {
        sound.produce(0, Scene.event(number, Instant.now()));
        sound.awaitCommitted(number + 1);
      }
      assertThat(next.statuses().get(0).trouble()).isEmpty();
      assertThat(broken.committed()).isEqualTo(1);
      table.updateProperties().remove(TableProperties.WRITE_DATA_LOCATION).commit();
      broken.awaitCommitted(3);
      assertThat(SinkPathTest.ids(broken.rows())).hasSize(3);
      assertThat(broken.verify().problems()).isEmpty();
      assertThat(sound.verify().problems()).isEmpty();
    }
  }

  private static boolean unhealthy(Scene scene, String stream) {
    return scene.health.report().values().stream()
        .anyMatch(
            state ->
                state instanceof Health.Down down
                    && down.why().contains("of " + stream + ": nothing can be written"));
  }
}
