package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to a stage and its bucket while it is being published or dropped. */
class StageRaceTest {
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory, Map.of("stages.keys", "2"));
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Stages stages() {
    return rig.store().stages();
  }

  private void stage(String key, int size) throws IOException {
    try (IncomingBody body = rig.store().receive(Set.of())) {
      body.accept(ByteBuffer.wrap(StoreRig.bytes(size, size)));
      body.finish();
      stages().put("lake", "day", key, body, Attributes.none(), Condition.none());
    }
  }

  private void makeBucketAnew() {
    rig.store().deleteBucket("lake");
    rig.store().createBucket("lake", "");
  }

  @Test
  void aStageOfABucketMadeAnewMeanwhileIsNotPublished() throws IOException {
    stage("a", LARGE);
    assertThatThrownBy(() -> stages().publish("lake", "day", key -> makeBucketAnew()))
        .hasMessageContaining("no stage 'day'");
    assertThat(rig.keys()).isEmpty();
    stage("a", 10);
    assertThat(stages().publish("lake", "day", key -> {}).keys()).isEqualTo(1);
    assertThat(rig.read("a")).hasSize(10);
  }

  @Test
  void aStageOfABucketMadeAnewMeanwhileIsNotDropped() throws IOException {
    stage("a", LARGE);
    assertThatThrownBy(() -> stages().drop("lake", "day", key -> makeBucketAnew()))
        .hasMessageContaining("no stage 'day'");
  }

  @Test
  void aBucketMadeAnewHasAllTheRoomForStages() throws IOException {
    stage("a", 10);
    stage("b", 10);
    makeBucketAnew();
    stage("c", 10);
    stage("d", 10);
    assertThatThrownBy(() -> stage("e", 10)).hasMessageContaining("at most 2 keys");
  }

  @Test
  void whatIsStagedWhileAStageIsDroppedIsInTheNextOfItsName() throws Exception {
    stage("a", LARGE);
    List<Waits> other = new ArrayList<>();
    int dropped =
        stages()
            .drop(
                "lake",
                "day",
                key ->
                    other.add(
                        new Waits(() -> stage("a", LARGE + 1))
                            .untilItWaitsFor(ReentrantReadWriteLock.class)));
    other.get(0).end();
    assertThat(dropped).isEqualTo(1);
    assertThat(stages().publish("lake", "day", key -> {}).keys()).isEqualTo(1);
    assertThat(rig.read("a")).isEqualTo(StoreRig.bytes(LARGE + 1, LARGE + 1));
    assertThat(rig.store().scrub().run()).isEmpty();
  }

  @Test
  void aStageThatSomebodyAddedToOfLateIsNotForgotten() throws IOException {
    stage("a", 10);
    rig.now.set(rig.now.get().plus(Duration.ofDays(8)));
    stage("b", 10);
    rig.store().upkeep.once("lake");
    assertThat(stages().list("lake", "day", "", 10)).hasSize(2);
    rig.now.set(rig.now.get().plus(Duration.ofDays(8)));
    rig.store().upkeep.once("lake");
    assertThat(stages().names("lake")).isEmpty();
  }
}
