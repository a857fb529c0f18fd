package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import dev.sluice.lake.object.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** What goes beyond S3, over HTTP and signed. */
class BeyondTest {
  @TempDir Path directory;
  private LocalS3 local;
  private RawClient raw;

  @BeforeEach
  void open() throws Exception {
    local = new LocalS3(directory);
    raw = new RawClient(local.endpoint());
    try (S3Client client = local.client()) {
      client.createBucket(each -> each.bucket("lake"));
      client.putBucketVersioning(
          each -> each.bucket("lake").versioningConfiguration(v -> v.status("Enabled")));
    }
  }

  @AfterEach
  void close() throws Exception {
    local.close();
  }

  private RawClient.Reply put(String key, String text, Map<String, String> headers)
      throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Map<String, String> all = new TreeMap<>(headers);
    all.put("content-length", Integer.toString(bytes.length));
    String sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return raw.send(raw.sign("PUT", "/lake/" + key, all, sha), bytes);
  }

  private RawClient.Reply send(String method, String target, Map<String, String> headers)
      throws IOException {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("content-length", "0");
    all.put("connection", "close");
    return raw.send(raw.sign(method, target, all, RawClient.EMPTY_SHA256), new byte[0]);
  }

  private RawClient.Reply send(String method, String target) throws IOException {
    return send(method, target, Map.of());
  }

  private static String sequence(RawClient.Reply reply) {
    return reply
        .text()
        .lines()
        .filter(each -> each.toLowerCase(Locale.ROOT).startsWith("x-sluice-sequence: "))
        .map(each -> each.substring(19).trim())
        .findFirst()
        .orElse("");
  }

  @Test
  void everyWriteTellsItsSequenceAndTheBucketIsSeenAsOfIt() throws Exception {
    String first = sequence(put("a", "one", Map.of()));
    put("a", "two", Map.of());
    String gone = sequence(send("DELETE", "/lake/a"));
    assertThat(Long.parseLong(gone)).isGreaterThan(Long.parseLong(first));
    assertThat(send("GET", "/lake/a").status()).isEqualTo(404);
    assertThat(send("GET", "/lake/a?sluice-as-of=" + first).text()).endsWith("one");
    assertThat(send("HEAD", "/lake/a?sluice-as-of=" + first).status()).isEqualTo(200);
    assertThat(send("GET", "/lake/a?sluice-as-of=" + gone).code()).isEqualTo("NoSuchKey");
    for (String list : new String[] {"?", "?list-type=2&"}) {
      assertThat(send("GET", "/lake" + list + "sluice-as-of=" + first).text())
          .contains("<Key>a</Key>");
      assertThat(send("GET", "/lake" + list + "sluice-as-of=" + gone).text())
          .doesNotContain("<Key>");
    }
    assertThat(send("GET", "/lake/a?sluice-as-of=0").status()).isEqualTo(410);
    assertThat(send("GET", "/lake/a?sluice-as-of=0").code()).isEqualTo("BeyondHorizon");
    assertThat(send("GET", "/lake/a?sluice-as-of=x").status()).isEqualTo(400);
    assertThat(send("GET", "/lake/a?sluice-as-of=999999999").status()).isEqualTo(400);
  }

  @Test
  void theFeedIsReadInPagesAndRefusesWhatItDoesNotHave() throws Exception {
    long before = Long.parseLong(sequence(put("a", "one", Map.of()))) - 1;
    put("b", "two", Map.of());
    String page = send("GET", "/lake?sluice-changes&after=" + before + "&max=1").text();
    assertThat(page)
        .contains("<Key>a</Key>", "<Kind>put</Kind>", "<IsTruncated>true</IsTruncated>")
        .contains("<Next>" + (before + 1) + "</Next>")
        .doesNotContain("<Key>b</Key>");
    assertThat(send("GET", "/lake?sluice-changes&after=" + (before + 1)).text())
        .contains("<Key>b</Key>", "<IsTruncated>false</IsTruncated>");
    RawClient.Reply gap = send("GET", "/lake?sluice-changes&after=0");
    assertThat(gap.status()).isEqualTo(410);
    assertThat(gap.code()).isEqualTo("ChangesTrimmed");
    assertThat(send("GET", "/lake?sluice-changes").text()).contains("<Key>a</Key>");
    assertThat(send("GET", "/lake?sluice-changes&after=99999999").code())
        .isEqualTo("InvalidArgument");
    assertThat(send("GET", "/lake?sluice-changes&since=1").code()).isEqualTo("NotImplemented");
  }

  @Test
  void aStageIsListedPublishedAndDropped() throws Exception {
    put("old", "x", Map.of());
    Map<String, String> stage = Map.of("x-sluice-stage", "day-1");
    assertThat(put("a", "one", stage).text()).contains("x-sluice-stage: day-1");
    assertThat(sequence(put("b", "two", stage))).isEmpty();
    assertThat(send("DELETE", "/lake/old", stage).status()).isEqualTo(204);
    assertThat(
            send(
                    "PUT",
                    "/lake/c",
                    Map.of("x-sluice-stage", "day-1", "x-amz-copy-source", "/lake/old"))
                .status())
        .isEqualTo(200);
    assertThat(send("GET", "/lake/a").status()).isEqualTo(404);
    assertThat(send("GET", "/lake?sluice-stage=day-1").text())
        .contains("<Key>a</Key>", "<Key>b</Key>", "<Key>c</Key>", "<Kind>delete</Kind>");
    assertThat(send("GET", "/lake?sluice-stage").text()).contains("<Stage>day-1</Stage>");
    RawClient.Reply published = send("POST", "/lake?sluice-publish=day-1");
    assertThat(published.text()).contains("<Keys>4</Keys>");
    assertThat(sequence(send("POST", "/lake?sluice-publish=day-1"))).isEqualTo(sequence(published));
    assertThat(send("GET", "/lake/a").text()).endsWith("one");
    assertThat(send("GET", "/lake/c").text()).endsWith("x");
    assertThat(send("GET", "/lake/old").status()).isEqualTo(404);
    put("d", "one", stage);
    assertThat(send("DELETE", "/lake?sluice-stage=day-1").status()).isEqualTo(204);
    assertThat(send("DELETE", "/lake?sluice-stage=day-1").code()).isEqualTo("NoSuchStage");
    assertThat(send("GET", "/lake/d").status()).isEqualTo(404);
  }

  @Test
  void aStagedConditionThatFailsAtPublishLeavesAllAsItWas() throws Exception {
    put("a", "one", Map.of("x-sluice-stage", "s", "if-none-match", "*"));
    put("b", "two", Map.of("x-sluice-stage", "s"));
    put("a", "mine", Map.of());
    RawClient.Reply reply = send("POST", "/lake?sluice-publish=s");
    assertThat(reply.status()).isEqualTo(412);
    assertThat(reply.text()).contains("nothing was published");
    assertThat(send("GET", "/lake/b").status()).isEqualTo(404);
  }

  @Test
  void theStageHeaderIsRefusedWhereItMeansNothingAndWhenItIsNotSigned() throws Exception {
    Map<String, String> stage = Map.of("x-sluice-stage", "s");
    assertThat(send("GET", "/lake/a", stage).code()).isEqualTo("NotImplemented");
    assertThat(send("POST", "/lake/a?uploads", stage).code()).isEqualTo("NotImplemented");
    assertThat(send("GET", "/lake", Map.of("x-sluice-other", "s")).code())
        .isEqualTo("NotImplemented");
    Signer.Signed signed =
        raw.sign("PUT", "/lake/a", Map.of("content-length", "0"), RawClient.EMPTY_SHA256);
    WireRequest plain = signed.request();
    Map<String, List<String>> smuggled = new TreeMap<>(plain.headers());
    smuggled.put("x-sluice-stage", List.of("s"));
    WireRequest changed = WireRequest.of("PUT", "/lake/a", smuggled);
    assertThat(
            raw.send(new Signer.Signed(changed, signed.key(), signed.signature()), new byte[0])
                .code())
        .isEqualTo("AccessDenied");
  }

  @Test
  void aBucketTellsAndChangesHowDurableItsWritesAre() throws Exception {
    assertThat(send("GET", "/lake?sluice-durability=").text())
        .contains("<Durability>sync</Durability>");
    RawClient.Reply changed = put("?sluice-durability=", "<Durability>none</Durability>", Map.of());
    assertThat(changed.status()).isEqualTo(200);
    assertThat(local.store().bucket("lake").durability()).isEqualTo(Durability.NONE);
    assertThat(put("key", "kept", Map.of()).status()).isEqualTo(200);
    assertThat(send("GET", "/lake/key").text()).endsWith("kept");
    RawClient.Reply unknown = put("?sluice-durability=", "<Durability>some</Durability>", Map.of());
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("InvalidArgument").contains("Durability");
    assertThat(send("GET", "/lake?sluice-durability=").text())
        .contains("<Durability>none</Durability>");
  }
}
