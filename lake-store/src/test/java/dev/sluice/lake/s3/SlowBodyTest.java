package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** What becomes of a request whose bucket changes between its head and the end of its body. */
class SlowBodyTest {
  private static final String DELETION =
      "<Delete><Object><Key>k</Key></Object><Quiet>true</Quiet></Delete>";

  @TempDir Path directory;
  private LocalS3 lake;
  private RawClient raw;

  /** What is done when the head was let in and the body has not begun. */
  private interface Meanwhile {
    void act() throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    lake.store().createBucket("lake", "");
    raw = new RawClient(lake.endpoint());
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private RawClient.Reply slow(
      String method, String target, String body, Map<String, String> more, Meanwhile meanwhile)
      throws Exception {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("content-length", Integer.toString(body.length()));
    headers.put("expect", "100-continue");
    byte[] head = RawClient.head(raw.sign(method, target, headers, "UNSIGNED-PAYLOAD"));
    try (RawConnection connection = new RawConnection(lake.endpoint())) {
      connection.write(head);
      RawClient.Reply goOn = connection.reply();
      assertThat(goOn.status()).as(goOn.text()).isEqualTo(100);
      meanwhile.act();
      return connection.write(body).reply();
    }
  }

  private RawClient.Reply slowPut(Meanwhile meanwhile) throws Exception {
    return slow("PUT", "/lake/k", "text", Map.of(), meanwhile);
  }

  private void deleteAndMakeFor(String account) {
    lake.store().deleteBucket("lake");
    lake.store().createBucket("lake", account, "");
  }

  @Test
  void anObjectIsNotWrittenIntoABucketDeletedMeanwhile() throws Exception {
    RawClient.Reply reply = slowPut(() -> lake.store().deleteBucket("lake"));
    assertThat(reply.code()).isEqualTo("NoSuchBucket");
  }

  @Test
  void anObjectIsNotWrittenIntoAnotherBucketOfTheName() throws Exception {
    for (String account : new String[] {Bucket.MAIN_ACCOUNT, "other"}) {
      RawClient.Reply reply = slowPut(() -> deleteAndMakeFor(account));
      assertThat(reply.code()).as(account).isEqualTo("NoSuchBucket");
      assertThat(lake.keys()).isEmpty();
      deleteAndMakeFor(Bucket.MAIN_ACCOUNT);
    }
  }

  @Test
  void objectsOfAnotherBucketOfTheNameAreNotDeleted() throws Exception {
    RawClient.Reply reply =
        slow(
            "POST",
            "/lake?delete=",
            DELETION,
            Map.of("content-md5", md5(DELETION)),
            () -> {
              deleteAndMakeFor(Bucket.MAIN_ACCOUNT);
              lake.client()
                  .putObject(each -> each.bucket("lake").key("k"), RequestBody.fromString("x"));
            });
    assertThat(reply.code()).as(reply.text()).isEqualTo("NoSuchBucket");
    assertThat(lake.keys()).containsExactly("k");
  }

  private static String md5(String text) throws Exception {
    return Base64.getEncoder()
        .encodeToString(
            MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void settingsChangedMeanwhileHoldForTheObject() throws Exception {
    RawClient.Reply reply =
        slowPut(
            () -> {
              lake.store().setVersioning("lake", Bucket.Versioning.ENABLED);
              lake.store().durability("lake", Durability.BATCH);
            });
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.text()).contains("x-amz-version-id");
    assertThat(lake.keys()).containsExactly("k");
  }

  @Test
  void aBucketMadeByAnotherMeanwhileIsSaidToBeTaken() throws Exception {
    String document = "<CreateBucketConfiguration/>";
    RawClient.Reply reply =
        slow("PUT", "/fresh", document, Map.of(), () -> lake.store().createBucket("fresh", ""));
    assertThat(reply.code()).as(reply.text()).isEqualTo("BucketAlreadyOwnedByYou");
    reply =
        slow(
            "PUT",
            "/taken",
            document,
            Map.of(),
            () -> lake.store().createBucket("taken", "other", ""));
    assertThat(reply.code()).as(reply.text()).isEqualTo("BucketAlreadyExists");
  }
}
