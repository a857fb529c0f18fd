package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.OpenObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that browsers post, and forms that do what their policy does not allow. */
class FormPostTest {
  @TempDir static Path directory;
  private static LocalS3 lake;
  private static RawClient raw;

  @BeforeAll
  static void start() throws Exception {
    lake = new LocalS3(directory);
    lake.store().createBucket("lake", "");
    raw = new RawClient(lake.endpoint());
  }

  @AfterAll
  static void stop() throws IOException {
    lake.close();
  }

  @AfterEach
  void empty() {
    lake.empty();
  }

  private static ObjectVersion version(String key) {
    return lake.store().find("lake", key, Optional.empty()).orElseThrow();
  }

  private static byte[] read(String key) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OpenObject object = lake.store().open("lake", key, Optional.empty()).orElseThrow();
        var reader = object.reader()) {
      Optional<byte[]> piece = reader.next(1 << 16);
      while (piece.isPresent()) {
        out.writeBytes(piece.get());
        piece = reader.next(1 << 16);
      }
    }
    return out.toByteArray();
  }

  @Test
  void aFormMakesAnObjectWithWhatItsFieldsSay() throws IOException {
    RawClient.Reply reply =
        new PostedForm("in/${filename}")
            .file("C:\\\\cats\\\\\u00fc.png", "meow".getBytes(StandardCharsets.UTF_8))
            .field("acl", "private")
            .field("Content-Type", "image/png")
            .field("x-amz-meta-Owner", "anna")
            .field("Cache-Control", "no-store")
            .field("x-amz-checksum-crc32", "ihBq/g==")
            .extra("x-ignore-me", "anything")
            .sign()
            .post(raw);
    assertThat(reply.text()).startsWith("HTTP/1.1 204");
    assertThat(reply.text().toLowerCase(java.util.Locale.ROOT))
        .contains("location: http://127.0.0.1/lake/in/%c3%bc.png")
        .contains("etag: \"4a4be40c96ac6314e91d93f38043a634\"");
    ObjectVersion stored = version("in/\u00fc.png");
    assertThat(stored.attributes().headers())
        .isEqualTo(Map.of("content-type", "image/png", "cache-control", "no-store"));
    assertThat(stored.attributes().metadata()).isEqualTo(Map.of("owner", "anna"));
    assertThat(stored.checksum().orElseThrow().value()).isEqualTo("ihBq/g==");
    assertThat(read("in/\u00fc.png")).asString().isEqualTo("meow");
  }

  @Test
  void theFormSaysHowItIsAnswered() throws IOException {
    assertThat(new PostedForm("a").field("success_action_status", "201").sign().post(raw).text())
        .startsWith("HTTP/1.1 201")
        .contains("<PostResponse><Location>http://127.0.0.1/lake/a</Location>")
        .contains("<Bucket>lake</Bucket><Key>a</Key><ETag>&quot;");
    assertThat(new PostedForm("a").field("success_action_status", "200").sign().post(raw).status())
        .isEqualTo(200);
    assertThat(new PostedForm("a").field("success_action_status", "404").sign().post(raw).status())
        .isEqualTo(204);
    String redirect = "https://app.example/done?x=1";
    assertThat(
            new PostedForm("a b")
                .field("success_action_redirect", redirect)
                .sign()
                .post(raw)
                .text())
        .startsWith("HTTP/1.1 303")
        .contains(redirect + "&bucket=lake&key=a%20b&etag=%22");
    for (String none : List.of("javascript:alert(1)", "/relative", "http://a b")) {
      assertThat(
              new PostedForm("a").field("success_action_redirect", none).sign().post(raw).status())
          .as(none)
          .isEqualTo(204);
    }
  }

  @Test
  void aLargeFileIsCutOutOfTheFormByteForByte() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    byte[] file = new byte[3_000_000];
    new Random(seed).nextBytes(file);
    // Everything that looks like the end and is not.
    byte[] near =
        ("\r\r\n--" + PostedForm.BOUNDARY.substring(0, 20)).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(seed);
    for (int each = 0; each < 2000; each++) {
      int length = 1 + random.nextInt(near.length);
      System.arraycopy(near, 0, file, random.nextInt(file.length - length), length);
    }
    file[file.length - 1] = '\r';
    assertThat(new PostedForm("big").file("x", file).sign().post(raw).status()).isEqualTo(204);
    assertThat(Arrays.mismatch(read("big"), file)).isEqualTo(-1);
  }

  private record Refusal(PostedForm form, int status, String code, String part) {}

  private static Refusal denied(PostedForm form, String part) {
    return new Refusal(form.sign(), 403, "AccessDenied", "Invalid according to Policy: " + part);
  }

  private static Refusal refused(PostedForm form, int status, String code) {
    return new Refusal(form, status, code, "");
  }

  private static PostedForm form() {
    return new PostedForm("key");
  }

  private static List<Refusal> forbidden() {
    return List.of(
        denied(form().expiring("2020-01-01T00:00:00Z"), "Policy expired."),
        denied(form().extra("acl", "private"), "Extra input fields: acl"),
        denied(form().extra("x-amz-meta-a", "b"), "Extra input fields: x-amz-meta-a"),
        denied(
            form().condition("[\"starts-with\", \"$KEY\", \"user/\"]"),
            "Policy Condition failed: [&quot;starts-with&quot;, &quot;$key&quot;, &quot;user/&quot;]"),
        denied(
            form().condition("{\"acl\": \"private\"}"), "Policy Condition failed: [&quot;eq&quot;"),
        denied(form().condition("{\"bucket\": \"other\"}"), "Policy Condition failed"),
        denied(
            form()
                .condition("[\"starts-with\", \"$Content-Type\", \"image/\"]")
                .extra("Content-Type", "image/png, text/html"),
            "Policy Condition failed"),
        refused(
            form().condition("[\"content-length-range\", 5, 10]").sign(), 400, "EntityTooSmall"),
        refused(form().condition("[\"content-length-range\", 1, 3]").sign(), 400, "EntityTooLarge"),
        refused(
            form().condition("[\"content-length-range\", 1]").sign(), 400, "InvalidPolicyDocument"),
        refused(
            form().condition("[\"content-length-range\", -1, 0]").sign(),
            400,
            "InvalidPolicyDocument"),
        refused(form().condition("{}").sign(), 400, "InvalidPolicyDocument"),
        refused(
            form().condition("[\"like\", \"$key\", \"\"]").sign(), 400, "InvalidPolicyDocument"),
        refused(form().expiring("tomorrow").sign(), 400, "InvalidPolicyDocument"),
        refused(form().sign(LocalS3.KEY, "{\"conditions\": [%s]}"), 400, "InvalidPolicyDocument"),
        refused(
            form().sign(LocalS3.KEY, "{\"expiration\": \"2999-01-01T00:00:00Z\"}"),
            400,
            "InvalidPolicyDocument"),
        refused(form().sign(LocalS3.KEY, "not json"), 400, "InvalidPolicyDocument"),
        refused(form().sign(LocalS3.KEY, "[".repeat(4000)), 400, "InvalidPolicyDocument"));
  }

  private static List<Refusal> wrong() {
    return List.of(
        refused(form().sign().extra("policy", "e30="), 403, "SignatureDoesNotMatch"),
        refused(form().sign().extra("x-amz-signature", ""), 400, "InvalidArgument"),
        refused(
            form()
                .sign("nobody", "{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": [%s]}"),
            403,
            "InvalidAccessKeyId"),
        refused(
            form()
                .sign(
                    LocalS3.READER,
                    "{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": [%s]}"),
            403,
            "AccessDenied"),
        refused(form(), 403, "AccessDenied"),
        refused(form().extra("AWSAccessKeyId", "x").sign(), 400, "InvalidRequest"),
        refused(form().field("acl", "public-read").sign(), 501, "NotImplemented"),
        refused(form().field("x-amz-storage-class", "GLACIER").sign(), 501, "NotImplemented"),
        refused(form().field("x-amz-security-token", "x").sign(), 400, "InvalidToken"),
        refused(form().field("x-amz-checksum-crc32", "AAAAAA==").sign(), 400, "BadDigest"),
        refused(new PostedForm("").sign(), 400, "InvalidArgument"),
        refused(new PostedForm("a\0b").sign(), 400, "InvalidURI"),
        refused(new PostedForm("k".repeat(1025)).sign(), 400, "KeyTooLongError"),
        refused(
            form().extra("x-ignore-a", "a".repeat(21_000)).sign(),
            400,
            "MaxPostPreDataLengthExceeded"));
  }

  @Test
  void whatThePolicyDoesNotAllowIsRefusedAndNothingStored() throws IOException {
    int number = 0;
    for (Refusal each : Stream.of(forbidden(), wrong()).flatMap(List::stream).toList()) {
      RawClient.Reply reply = each.form().post(raw);
      String what = number++ + ": " + reply.text();
      assertThat(reply.code()).as(what).isEqualTo(each.code());
      assertThat(reply.status()).as(what).isEqualTo(each.status());
      assertThat(reply.text()).as(what).contains(each.part());
      assertThat(lake.keys()).as(what).isEmpty();
    }
  }

  @Test
  void aBodyThatIsNoFormIsRefused() throws IOException {
    byte[] good = form().sign().body();
    String text = new String(good, StandardCharsets.UTF_8);
    List<String> bad =
        List.of(
            text.substring(0, text.indexOf("meow")),
            text.substring(0, text.indexOf("meow") + 20),
            text.replace("name=\"file\"", "nane=\"file\""),
            text.replace("form-data; name=\"key\"", "attachment; name=\"key\""),
            text.replace("Content-Disposition: form-data; name=\"key\"", "no header at all"),
            text.replace(PostedForm.BOUNDARY, "another"),
            "");
    for (String each : bad) {
      byte[] body = each.getBytes(StandardCharsets.UTF_8);
      RawClient.Reply reply = PostedForm.post(raw, "/lake", "x", body);
      assertThat(reply.code()).as(each).isEqualTo("MalformedPOSTRequest");
      assertThat(reply.status()).isEqualTo(400);
    }
    String noFile =
        text.substring(
                0,
                text.lastIndexOf(
                    "--"
                        + PostedForm.BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"file\""))
            + "--"
            + PostedForm.BOUNDARY
            + "--\r\n";
    assertThat(PostedForm.post(raw, "/lake", "x", noFile.getBytes(StandardCharsets.UTF_8)).text())
        .contains("POST requires exactly one file upload per request");
    assertThat(lake.keys()).isEmpty();
    assertThat(raw.send("POST", "/lake").code()).isEqualTo("PreconditionFailed");
    assertThat(PostedForm.post(raw, "/lake?acl", "x", good).code()).isEqualTo("NotImplemented");
    assertThat(PostedForm.post(raw, "/none", "x", good).text()).contains("$bucket");
  }

  @Test
  void theHostMayNameTheBucket() throws IOException {
    RawClient.Reply reply = PostedForm.post(raw, "/", "lake.localhost:9000", form().sign().body());
    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.text()).contains("http://lake.localhost:9000/key");
    assertThat(lake.keys()).containsExactly("key");
  }
}
