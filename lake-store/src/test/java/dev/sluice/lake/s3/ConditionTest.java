package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Conditions of writes, copies and deletes, and what a copy takes over. */
class ConditionTest {
  private static final String FAILED = "412 PreconditionFailed";

  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client s3;
  private String etag = "";

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    s3 = lake.client();
    s3.createBucket(each -> each.bucket("lake"));
    etag = put("k");
  }

  @AfterEach
  void stop() throws Exception {
    s3.close();
    lake.close();
  }

  private String put(String key) {
    return s3.putObject(
            each ->
                each.bucket("lake")
                    .key(key)
                    .contentType("text/plain")
                    .expires(Instant.parse("2030-01-01T00:00:00Z"))
                    .websiteRedirectLocation("/elsewhere")
                    .metadata(Map.of("who", "me")),
            RequestBody.fromString(key))
        .eTag();
  }

  private String copy(Consumer<CopyObjectRequest.Builder> more) {
    return Refusal.of(
        () ->
            s3.copyObject(
                each -> {
                  each.sourceBucket("lake").sourceKey("k");
                  each.destinationBucket("lake").destinationKey("c");
                  more.accept(each);
                }));
  }

  @Test
  void aCopyLooksAtItsSourceAndAtWhatItReplaces() {
    Instant past = Instant.parse("2020-01-01T00:00:00Z");
    assertThat(copy(each -> each.copySourceIfMatch("other"))).isEqualTo(FAILED);
    assertThat(copy(each -> each.copySourceIfNoneMatch(etag))).isEqualTo(FAILED);
    assertThat(copy(each -> each.copySourceIfUnmodifiedSince(past))).isEqualTo(FAILED);
    assertThat(copy(each -> each.copySourceIfModifiedSince(Instant.now().plusSeconds(60))))
        .isEqualTo(FAILED);
    assertThat(copy(each -> each.copySourceIfMatch(etag).copySourceIfUnmodifiedSince(past)))
        .isEqualTo("200");
    assertThat(copy(each -> each.ifNoneMatch("*"))).isEqualTo(FAILED);
    assertThat(copy(each -> each.ifMatch("other"))).isEqualTo(FAILED);
    assertThat(copy(each -> each.ifMatch(etag))).isEqualTo("200");
    assertThat(copy(each -> each.destinationKey("new").ifMatch(etag))).isEqualTo("404 NoSuchKey");
  }

  @Test
  void aCopyTakesOverWhatTheDirectivesSay() {
    copy(each -> each.contentType("ignored/by-copy"));
    HeadObjectResponse copied = s3.headObject(each -> each.bucket("lake").key("c"));
    assertThat(copied.contentType()).isEqualTo("text/plain");
    assertThat(copied.metadata()).containsEntry("who", "me");
    assertThat(copied.expiresString()).contains("2030");
    assertThat(copied.websiteRedirectLocation()).isNull();
    assertThat(s3.headObject(each -> each.bucket("lake").key("k")).websiteRedirectLocation())
        .isEqualTo("/elsewhere");
    copy(each -> each.metadataDirective(MetadataDirective.REPLACE).metadata(Map.of("n", "1")));
    HeadObjectResponse replaced = s3.headObject(each -> each.bucket("lake").key("c"));
    assertThat(replaced.metadata()).containsOnlyKeys("n");
    assertThat(replaced.contentType()).isEqualTo("binary/octet-stream");
    assertThat(copy(each -> each.tagging("a=b"))).isEqualTo("400 InvalidArgument");
  }

  @Test
  void aCopyOntoItselfMustChangeSomething() {
    assertThat(copy(each -> each.destinationKey("k"))).isEqualTo("400 InvalidRequest");
    assertThat(copy(each -> each.destinationKey("k").websiteRedirectLocation("/x")))
        .isEqualTo("200");
    assertThat(copy(each -> each.destinationKey("k").metadataDirective(MetadataDirective.REPLACE)))
        .isEqualTo("200");
    assertThat(Refusal.of(() -> s3.getObjectAsBytes(each -> each.bucket("lake").key("k"))))
        .isEqualTo("200");
    s3.putBucketVersioning(
        each ->
            each.bucket("lake")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    put("k");
    assertThat(copy(each -> each.destinationKey("k").sourceVersionId("null"))).isEqualTo("200");
  }

  private String delete(Consumer<DeleteObjectRequest.Builder> more) {
    return Refusal.of(
        () ->
            s3.deleteObject(
                each -> {
                  each.bucket("lake").key("k");
                  more.accept(each);
                }));
  }

  @Test
  void aDeleteLooksAtWhatItDeletes() {
    Instant modified = s3.headObject(each -> each.bucket("lake").key("k")).lastModified();
    assertThat(delete(each -> each.ifMatch("other"))).isEqualTo(FAILED);
    assertThat(delete(each -> each.ifMatchSize(5L))).isEqualTo(FAILED);
    assertThat(delete(each -> each.ifMatchLastModifiedTime(modified.minusSeconds(5))))
        .isEqualTo(FAILED);
    assertThat(delete(each -> each.key("none").ifMatch("*"))).isEqualTo("404 NoSuchKey");
    assertThat(delete(each -> each.key("none"))).isEqualTo("200");
    assertThat(delete(each -> each.ifMatch(etag).ifMatchSize(1L).ifMatchLastModifiedTime(modified)))
        .isEqualTo("200");
    assertThat(delete(each -> each.ifMatch("*"))).isEqualTo("404 NoSuchKey");
  }

  @Test
  void everyDeleteOfABatchHasItsOwnCondition() {
    String two = put("two");
    put("three");
    List<ObjectIdentifier> keys =
        List.of(
            ObjectIdentifier.builder().key("k").eTag("other").build(),
            ObjectIdentifier.builder().key("two").eTag(two).size(3L).build(),
            ObjectIdentifier.builder().key("three").size(4L).build(),
            ObjectIdentifier.builder().key("none").eTag(two).build());
    DeleteObjectsResponse answer =
        s3.deleteObjects(each -> each.bucket("lake").delete(doomed -> doomed.objects(keys)));
    assertThat(answer.deleted()).extracting(each -> each.key()).containsExactly("two");
    assertThat(answer.errors())
        .extracting(S3Error::code)
        .containsExactly("PreconditionFailed", "PreconditionFailed", "NoSuchKey");
  }

  @Test
  void aVersionIsDeletedOnlyIfItIsAsExpected() {
    s3.putBucketVersioning(
        each ->
            each.bucket("lake")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    put("two");
    assertThat(delete(each -> each.versionId("null").ifMatch("other"))).isEqualTo(FAILED);
    assertThat(delete(each -> each.versionId("null").ifMatch(etag))).isEqualTo("200");
    assertThat(delete(each -> each.versionId("null").ifMatch(etag))).isEqualTo("404 NoSuchVersion");
  }

  @Test
  void conditionsThatAWriteWouldNotLookAtAreRefused() throws Exception {
    RawClient raw = new RawClient(lake.endpoint());
    for (String line :
        List.of(
            "DELETE /lake/k if-none-match",
            "DELETE /lake/k if-unmodified-since",
            "PUT /lake/k if-modified-since",
            "POST /lake/k?uploads if-match",
            "PUT /lake/k?tagging if-match",
            "DELETE /lake if-match",
            "PUT /lake/k x-amz-copy-source-if-match",
            "GET /lake/k x-amz-tagging")) {
      String[] words = line.split(" ", -1);
      Map<String, String> headers = new HashMap<>(Map.of("content-length", "0", words[2], "x"));
      assertThat(
              raw.send(raw.sign(words[0], words[1], headers, RawClient.EMPTY_SHA256), new byte[0])
                  .code())
          .as(line)
          .isEqualTo("NotImplemented");
    }
    assertThat(lake.store().find("lake", "k", java.util.Optional.empty())).isPresent();
  }

  @Test
  void metadataIsLimitedAndComesBackAsItCame() throws Exception {
    RawClient raw = new RawClient(lake.endpoint());
    String[] values = {"=?UTF-8?B?w4PChE3Dg8KE?=", "plain", "a".repeat(2046)};
    for (String value : values) {
      Map<String, String> headers = Map.of("content-length", "0", "x-amz-meta-mm", value);
      assertThat(
              raw.send(raw.sign("PUT", "/lake/m", headers, RawClient.EMPTY_SHA256), new byte[0])
                  .status())
          .isEqualTo(200);
      assertThat(raw.send("HEAD", "/lake/m").text()).contains("x-amz-meta-mm: " + value + "\r\n");
    }
    byte[] more = "a".repeat(2047).getBytes(StandardCharsets.US_ASCII);
    Map<String, String> headers =
        Map.of("content-length", "0", "x-amz-meta-mm", new String(more, StandardCharsets.US_ASCII));
    assertThat(
            raw.send(raw.sign("PUT", "/lake/m", headers, RawClient.EMPTY_SHA256), new byte[0])
                .code())
        .isEqualTo("MetadataTooLarge");
  }
}
