package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A damaged object as S3 clients meet it. */
class DamagedObjectTest {
  private static final int SIZE = 5 << 20;

  @TempDir Path directory;
  private LocalS3 local;
  private S3Client client;

  @BeforeEach
  void open() throws Exception {
    local = new LocalS3(directory);
    client = local.client();
    client.createBucket(each -> each.bucket("lake"));
    byte[] bytes = new byte[SIZE];
    new Random(3).nextBytes(bytes);
    client.putObject(each -> each.bucket("lake").key("key"), RequestBody.fromBytes(bytes));
    Path file = onlyFile();
    byte[] stored = Files.readAllBytes(file);
    stored[SIZE - 1] ^= 1;
    Files.write(file, stored);
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("files"))) {
      return all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    local.close();
  }

  private RawClient.Reply raw(String method) throws IOException {
    return new RawClient(local.endpoint()).send(method, "/lake/key");
  }

  @Test
  void theAnswerIsAnErrorThatNamesTheDamageFromItsFirstByte() throws IOException {
    for (int again = 0; again < 2; again++) {
      RawClient.Reply reply = raw("GET");
      assertThat(reply.status()).isEqualTo(560);
      assertThat(reply.code()).isEqualTo("ObjectDamaged");
      assertThat(reply.text())
          .contains("lake/key version null is damaged: 1048576 bytes at 4194304");
    }
    assertThat(raw("HEAD").status()).isEqualTo(560);
    assertThat(local.store().quarantine().count()).isEqualTo(1);
  }

  @Test
  void clientsAreToldAtOnceAndDoNotTryAgain() {
    try (S3Client patient = LocalS3.client(local.endpoint(), LocalS3.KEY, 5)) {
      assertThatThrownBy(() -> patient.getObjectAsBytes(each -> each.bucket("lake").key("key")))
          .isInstanceOfSatisfying(
              S3Exception.class,
              e -> {
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ObjectDamaged");
                assertThat(e.numAttempts()).isEqualTo(1);
              });
    }
  }

  @Test
  void aCopyOfItIsRefusedAndTheListingStillShowsIt() {
    assertThatThrownBy(
            () ->
                client.copyObject(
                    each ->
                        each.sourceBucket("lake")
                            .sourceKey("key")
                            .destinationBucket("lake")
                            .destinationKey("copy")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(560));
    List<S3Object> listed = client.listObjectsV2(each -> each.bucket("lake")).contents();
    assertThat(listed).extracting(S3Object::key).containsExactly("key");
  }

  @Test
  void aRangeInASoundBlockIsServedUntilTheDamageIsKnown() throws IOException {
    byte[] begin =
        client
            .getObjectAsBytes(each -> each.bucket("lake").key("key").range("bytes=0-99"))
            .asByteArray();
    assertThat(begin).hasSize(100);
    assertThat(raw("GET").status()).isEqualTo(560);
    assertThatThrownBy(
            () ->
                client.getObjectAsBytes(each -> each.bucket("lake").key("key").range("bytes=0-99")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(560));
  }

  @Test
  void writingItAnewMakesItWholeAgain() throws IOException {
    assertThat(raw("GET").status()).isEqualTo(560);
    client.putObject(each -> each.bucket("lake").key("key"), RequestBody.fromString("new"));
    assertThat(raw("GET").status()).isEqualTo(200);
    assertThat(local.store().quarantine().count()).isZero();
  }
}
