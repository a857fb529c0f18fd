package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagesTest {
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Stages stages() {
    return rig.store().stages();
  }

  private Staged stage(String key, byte[] bytes, Condition condition) throws IOException {
    try (IncomingBody body = rig.store().receive(Set.of())) {
      body.accept(ByteBuffer.wrap(bytes));
      body.finish();
      return stages().put("lake", "day", key, body, Attributes.none(), condition);
    }
  }

  private Staged stage(String key, int size) throws IOException {
    return stage(key, StoreRig.bytes(size, size), Condition.none());
  }

  private Stages.Published publish() {
    return stages().publish("lake", "day", key -> {});
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("files"))) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void whatIsStagedIsSeenByNobodyUntilAllOfItIsTrueInOneCommit() throws IOException {
    rig.put("old", StoreRig.bytes(5, 5));
    stage("inline", 10);
    stage("medium", 20_000);
    stage("large", LARGE);
    stages().delete("lake", "day", "old", Condition.none());
    Upload upload = rig.upload("parts", List.of(StoreRig.bytes(100, 1)));
    stages()
        .complete("lake", "day", "parts", upload.id(), rig.completion(upload), Condition.none());
    assertThat(rig.keys()).containsExactly("old");
    assertThat(stages().names("lake")).containsExactly("day");
    rig.reopen();
    long before = rig.store().sequence();
    assertThat(stages().list("lake", "day", "", 10))
        .extracting(Staged::key)
        .containsExactly("inline", "large", "medium", "old", "parts");
    Stages.Published published = publish();
    assertThat(published.keys()).isEqualTo(5);
    assertThat(rig.keys()).containsExactly("inline", "large", "medium", "parts");
    List<Change> changes =
        ((ChangeFeed.Answer.Page) rig.store().changes().after("lake", before, 2)).changes();
    assertThat(changes)
        .hasSize(5)
        .allSatisfy(each -> assertThat(each.sequence()).isEqualTo(published.sequence()));
    assertThat(changes).extracting(Change::ordinal).containsExactly(0, 1, 2, 3, 4);
    rig.reopen();
    assertThat(rig.read("large")).isEqualTo(StoreRig.bytes(LARGE, LARGE));
    assertThat(rig.read("medium")).isEqualTo(StoreRig.bytes(20_000, 20_000));
    assertThat(rig.read("parts")).isEqualTo(StoreRig.bytes(100, 1));
    assertThat(publish()).isEqualTo(published);
    assertThat(stages().names("lake")).isEmpty();
    assertThat(rig.store().scrub().run()).isEmpty();
  }

  @Test
  void oneConditionThatDoesNotHoldKeepsAllOfItBack() throws IOException {
    String etag = rig.put("a", StoreRig.bytes(5, 5)).etag();
    stage("a", StoreRig.bytes(6, 6), new Condition(List.of(etag), List.of()));
    stage("b", StoreRig.bytes(7, 7), Condition.absent());
    rig.put("b", StoreRig.bytes(1, 1));
    assertThatThrownBy(this::publish)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.PRECONDITION_FAILED))
        .hasMessageContaining("'b'");
    assertThat(rig.read("a")).hasSize(5);
    rig.store().delete("lake", "b", Condition.none());
    publish();
    assertThat(rig.read("a")).hasSize(6);
    assertThat(rig.read("b")).hasSize(7);
  }

  @Test
  void stagingAKeyAgainReplacesItAndDroppingGivesTheSpaceBack() throws IOException {
    stage("a", LARGE);
    stage("a", LARGE + 1);
    assertThat(files()).isEqualTo(1);
    assertThat(stages().drop("lake", "day", key -> {})).isEqualTo(1);
    assertThat(files()).isZero();
    assertThatThrownBy(this::publish).hasMessageContaining("no stage 'day'");
    assertThatThrownBy(() -> stages().drop("lake", "day", key -> {}))
        .hasMessageContaining("no stage 'day'");
  }

  @Test
  void whoMayNotWriteAKeyPublishesNothing() throws IOException {
    stage("a", 10);
    stage("b", 10);
    assertThatThrownBy(
            () ->
                stages()
                    .publish(
                        "lake",
                        "day",
                        key -> {
                          if (key.equals("b")) {
                            throw new IllegalArgumentException("denied");
                          }
                        }))
        .hasMessage("denied");
    assertThat(rig.keys()).isEmpty();
    assertThat(publish().keys()).isEqualTo(2);
  }

  @Test
  void stagesAreBoundedInKeysNumberAndAge() throws IOException {
    rig.reopen(Map.of("stages.keys", "2", "stages.stages", "1", "stages.age", "1d"));
    stage("a", 10);
    stage("b", 10);
    stage("b", 11);
    assertThatThrownBy(() -> stage("c", 10)).hasMessageContaining("at most 2 keys");
    assertThatThrownBy(() -> stages().delete("lake", "other", "a", Condition.none()))
        .hasMessageContaining("at most 1 stages");
    assertThatThrownBy(() -> stages().delete("lake", "a/b", "a", Condition.none()))
        .hasMessageContaining("letters");
    rig.now.set(rig.now.get().plus(Duration.ofDays(2)));
    rig.store().upkeep.once("lake");
    assertThat(stages().names("lake")).isEmpty();
    stages().delete("lake", "other", "a", Condition.none());
  }

  @Test
  void aStagedCompletionAskedForAgainGivesTheSameAnswer() throws IOException {
    Upload upload = rig.upload("parts", List.of(StoreRig.bytes(100, 1)));
    Completion completion = rig.completion(upload);
    String etag = null;
    for (int again = 0; again < 2; again++) {
      Optional<ObjectVersion> version =
          stages()
              .complete("lake", "day", "parts", upload.id(), completion, Condition.none())
              .version();
      assertThat(etag).isIn(null, version.orElseThrow().etag());
      etag = version.orElseThrow().etag();
    }
  }

  @Test
  void aBucketGoesWithItsStages() throws IOException {
    stage("a", LARGE);
    rig.store().deleteBucket("lake");
    assertThat(files()).isZero();
    rig.store().createBucket("lake", "");
    assertThatThrownBy(this::publish).hasMessageContaining("no stage 'day'");
  }
}
