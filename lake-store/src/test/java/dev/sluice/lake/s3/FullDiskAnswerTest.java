package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lake.object.TestSettings;
import dev.sluice.lake.power.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What clients are told while the disk is full. */
class FullDiskAnswerTest {
  private static final String FULL = "507 InsufficientStorage";
  private static final int LARGE = 600_000;

  @TempDir Path temporary;
  private Optional<SmallDisk> disk = Optional.empty();
  private Path others;
  private LocalS3 lake;
  private S3Client s3;

  @BeforeEach
  void start() throws Exception {
    disk = SmallDisk.mount(temporary, 60);
    assumeTrue(disk.isPresent(), SmallDisk.SKIPPED);
    others = disk.get().path().resolve("others");
    Map<String, String> settings = Map.of("free-space", "8MiB", "write-buffers", "4MiB");
    lake =
        new LocalS3(
            TestSettings.in(disk.get().path().resolve("objects"), settings),
            S3Settings.on(0),
            List.of());
    s3 = lake.client();
    s3.createBucket(each -> each.bucket("lake"));
    put("before", LARGE);
  }

  @AfterEach
  void stop() throws Exception {
    if (disk.isPresent()) {
      s3.close();
      lake.close();
      disk.get().unmount();
    }
  }

  private void put(String key, int size) {
    s3.putObject(each -> each.bucket("lake").key(key), RequestBody.fromBytes(new byte[size]));
  }

  private void readsGoOn() {
    assertThat(s3.getObjectAsBytes(each -> each.bucket("lake").key("before")).asByteArray())
        .hasSize(LARGE);
    assertThat(s3.listObjectsV2(each -> each.bucket("lake")).contents()).hasSize(1);
  }

  @Test
  void writesAreRefusedWithOneClearAnswerAndWorkAgainWhenSpaceReturns() throws Exception {
    SmallDisk.takeAllSpace(others);
    for (int size : new int[] {10, 20_000, LARGE}) {
      assertThat(Refusal.of(() -> put("k", size))).as("" + size).isEqualTo(FULL);
    }
    assertThat(
            Refusal.of(
                () ->
                    s3.copyObject(
                        each ->
                            each.sourceBucket("lake")
                                .sourceKey("before")
                                .destinationBucket("lake")
                                .destinationKey("copy"))))
        .isEqualTo(FULL);
    readsGoOn();
    Files.delete(others);
    put("after", LARGE);
    s3.deleteObject(each -> each.bucket("lake").key("after"));
    readsGoOn();
  }

  @Test
  void aBodyUnderWayWhenTheDiskGetsFullIsRefusedTheSameWay() throws Exception {
    RawClient raw = new RawClient(lake.endpoint());
    Map<String, String> headers =
        Map.of("content-length", Integer.toString(LARGE), "expect", "100-continue");
    byte[] head = RawClient.head(raw.sign("PUT", "/lake/k", headers, "UNSIGNED-PAYLOAD"));
    try (RawConnection connection = new RawConnection(lake.endpoint())) {
      assertThat(connection.write(head).reply().status()).isEqualTo(100);
      SmallDisk.takeAllSpace(others);
      RawClient.Reply reply = connection.write(new byte[LARGE]).reply();
      assertThat(reply.status() + " " + reply.code()).as(reply.text()).isEqualTo(FULL);
    }
    readsGoOn();
    Files.delete(others);
    put("after", LARGE);
    s3.deleteObject(each -> each.bucket("lake").key("after"));
  }
}
