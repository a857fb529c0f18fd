package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;
import software.amazon.awssdk.services.s3.model.Tag;

/** Buckets: their names, their number, where they are, and what is set of them. */
class BucketTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client s3;
  private RawClient raw;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    s3 = lake.client();
    raw = new RawClient(lake.endpoint());
  }

  @AfterEach
  void stop() throws Exception {
    s3.close();
    lake.close();
  }

  private void create(String name) {
    s3.createBucket(each -> each.bucket(name));
  }

  @Test
  void namesThatS3RefusesAreRefused() throws Exception {
    for (String name :
        List.of(
            "ab",
            "Upper",
            "a_b",
            "-ab",
            "ab-",
            ".ab",
            "a..b",
            "1.2.3.4",
            "xn--a",
            "sthree-a",
            "amzn-s3-demo-a",
            "a-s3alias",
            "a--ol-s3",
            "a.mrap",
            "a--x-s3",
            "a--table-s3",
            "a".repeat(64))) {
      assertThat(raw.send("PUT", "/" + name).code()).as(name).isEqualTo("InvalidBucketName");
    }
    for (String name : List.of("abc", "a.b", "1a2", "a--b", "a".repeat(63))) {
      assertThat(raw.send("PUT", "/" + name).status()).as(name).isEqualTo(200);
    }
  }

  @Test
  void anAccountHasAHundredBucketsAndListsThemByPage() {
    for (int at = 0; at < 100; at++) {
      create(String.format("bucket-%02d", at));
    }
    assertThat(Refusal.of(() -> create("one-more"))).isEqualTo("400 TooManyBuckets");
    s3.deleteBucket(each -> each.bucket("bucket-99"));
    create("one-more");

    ListBucketsResponse page = s3.listBuckets(each -> each.prefix("bucket-1").maxBuckets(4));
    assertThat(page.buckets())
        .extracting(Bucket::name)
        .containsExactly("bucket-10", "bucket-11", "bucket-12", "bucket-13");
    assertThat(page.prefix()).isEqualTo("bucket-1");
    String token = page.continuationToken();
    ListBucketsResponse rest =
        s3.listBuckets(each -> each.prefix("bucket-1").continuationToken(token));
    assertThat(rest.buckets()).hasSize(6).first().extracting(Bucket::name).isEqualTo("bucket-14");
    assertThat(rest.continuationToken()).isNull();
    assertThat(s3.listBucketsPaginator(each -> each.maxBuckets(30)).buckets()).hasSize(100);
  }

  @Test
  void aBucketIsWhereItWasSaidToBe() throws Exception {
    create("here");
    s3.createBucket(
        each ->
            each.bucket("there")
                .createBucketConfiguration(
                    where ->
                        where
                            .locationConstraint("eu-west-1")
                            .tags(Tag.builder().key("team").value("a b").build())));
    assertThat(raw.send("GET", "/here?location").text()).contains("></LocationConstraint>");
    assertThat(s3.getBucketLocation(each -> each.bucket("there")).locationConstraintAsString())
        .isEqualTo("eu-west-1");
    assertThat(s3.headBucket(each -> each.bucket("there")).bucketRegion()).isEqualTo("eu-west-1");
    assertThat(s3.listBuckets(each -> each.bucketRegion("eu-west-1")).buckets())
        .extracting(Bucket::name)
        .containsExactly("there");
    assertThat(s3.getBucketTagging(each -> each.bucket("there")).tagSet()).hasSize(1);
    assertThat(
            Refusal.of(
                () ->
                    s3.createBucket(
                        each ->
                            each.bucket("nowhere")
                                .createBucketConfiguration(w -> w.locationConstraint("a b")))))
        .isEqualTo("400 InvalidLocationConstraint");
  }

  @Test
  void onlyAnEmptyBucketCanBeDeleted() {
    create("lake");
    s3.putBucketVersioning(
        each ->
            each.bucket("lake")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    String version =
        s3.putObject(each -> each.bucket("lake").key("k"), RequestBody.fromString("a")).versionId();
    String marker = s3.deleteObject(each -> each.bucket("lake").key("k")).versionId();
    for (String each : List.of(version, marker)) {
      assertThat(Refusal.of(() -> s3.deleteBucket(b -> b.bucket("lake"))))
          .isEqualTo("409 BucketNotEmpty");
      s3.deleteObject(doomed -> doomed.bucket("lake").key("k").versionId(each));
    }
    s3.createMultipartUpload(each -> each.bucket("lake").key("half"));
    s3.deleteBucket(each -> each.bucket("lake"));
    assertThat(Refusal.of(() -> s3.headBucket(each -> each.bucket("lake")))).startsWith("404");
  }

  private static List<Tag> tags(int count) {
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(at -> Tag.builder().key("key" + at).value("value " + at).build())
        .toList();
  }

  @Test
  void bucketsHaveTags() throws Exception {
    create("lake");
    assertThat(Refusal.of(() -> s3.getBucketTagging(each -> each.bucket("lake"))))
        .isEqualTo("404 NoSuchTagSet");
    s3.putBucketTagging(each -> each.bucket("lake").tagging(set -> set.tagSet(tags(50))));
    stop();
    start();
    assertThat(s3.getBucketTagging(each -> each.bucket("lake")).tagSet())
        .containsExactlyInAnyOrderElementsOf(tags(50));
    assertThat(
            Refusal.of(
                () ->
                    s3.putBucketTagging(
                        each -> each.bucket("lake").tagging(set -> set.tagSet(tags(51))))))
        .isEqualTo("400 BadRequest");
    s3.deleteBucketTagging(each -> each.bucket("lake"));
    assertThat(Refusal.of(() -> s3.getBucketTagging(each -> each.bucket("lake"))))
        .isEqualTo("404 NoSuchTagSet");
  }

  @Test
  void encryptionIsNotClaimed() throws Exception {
    create("lake");
    assertThat(Refusal.of(() -> s3.getBucketEncryption(each -> each.bucket("lake"))))
        .isEqualTo("404 ServerSideEncryptionConfigurationNotFoundError");
    ServerSideEncryptionRule rule =
        ServerSideEncryptionRule.builder()
            .applyServerSideEncryptionByDefault(by -> by.sseAlgorithm("AES256"))
            .build();
    assertThat(
            Refusal.of(
                () ->
                    s3.putBucketEncryption(
                        each ->
                            each.bucket("lake")
                                .serverSideEncryptionConfiguration(all -> all.rules(rule)))))
        .isEqualTo("501 NotImplemented");
    s3.deleteBucketEncryption(each -> each.bucket("lake"));
    for (String header : List.of("", "-aws-kms-key-id", "-customer-algorithm")) {
      Map<String, String> headers =
          Map.of("x-amz-server-side-encryption" + header, "AES256", "content-length", "0");
      assertThat(
              raw.send(raw.sign("PUT", "/lake/k", headers, RawClient.EMPTY_SHA256), new byte[0])
                  .code())
          .isEqualTo("NotImplemented");
    }
  }

  @Test
  void errorsNameWhatWasAskedAndHeadHasNoBody() throws Exception {
    create("lake");
    String text = raw.send("GET", "/lake/none").text();
    assertThat(text)
        .contains("<Code>NoSuchKey</Code>", "<Resource>/lake/none</Resource>")
        .contains("<RequestId>", "<HostId>");
    assertThat(raw.send("HEAD", "/lake/none").text())
        .startsWith("HTTP/1.1 404")
        .endsWith("\r\n\r\n");
    assertThat(raw.send("HEAD", "/none").text()).startsWith("HTTP/1.1 404").endsWith("\r\n\r\n");
  }
}
