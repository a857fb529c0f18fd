package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/** The tags of objects. */
class TaggingTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client s3;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    s3 = lake.client();
    s3.createBucket(each -> each.bucket("lake"));
  }

  @AfterEach
  void stop() throws Exception {
    s3.close();
    lake.close();
  }

  private String put(String key, String tags) {
    return s3.putObject(
            each -> each.bucket("lake").key(key).tagging(tags), RequestBody.fromString("bytes"))
        .versionId();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private List<Tag> tags(String key) {
    return s3.getObjectTagging(each -> each.bucket("lake").key(key)).tagSet();
  }

  private String set(Tag... tags) {
    return Refusal.of(
        () ->
            s3.putObjectTagging(
                each -> each.bucket("lake").key("k").tagging(set -> set.tagSet(tags))));
  }

  @Test
  void tagsAreSetReadCountedAndTakenAway() {
    put("k", "one=1&two=a%20b&%C3%BC=%40");
    assertThat(tags("k"))
        .containsExactlyInAnyOrder(tag("one", "1"), tag("two", "a b"), tag("\u00fc", "@"));
    assertThat(s3.headObject(each -> each.bucket("lake").key("k")).sdkHttpResponse())
        .extracting(each -> each.firstMatchingHeader("x-amz-tagging-count").orElse(""))
        .isEqualTo("3");
    assertThat(set(tag("other", ""))).isEqualTo("200");
    assertThat(tags("k")).containsExactly(tag("other", ""));
    assertThat(s3.getObjectAsBytes(each -> each.bucket("lake").key("k")).response().tagCount())
        .isEqualTo(1);
    s3.deleteObjectTagging(each -> each.bucket("lake").key("k"));
    assertThat(tags("k")).isEmpty();
    assertThat(s3.getObjectAsBytes(each -> each.bucket("lake").key("k")).asUtf8String())
        .isEqualTo("bytes");
  }

  @Test
  void limitsAreThoseOfS3() {
    put("k", "");
    Tag[] eleven = IntStream.range(0, 11).mapToObj(at -> tag("k" + at, "v")).toArray(Tag[]::new);
    assertThat(set(eleven)).isEqualTo("400 BadRequest");
    assertThat(set(java.util.Arrays.copyOf(eleven, 10))).isEqualTo("200");
    assertThat(set(tag("k".repeat(129), "v"))).isEqualTo("400 InvalidTag");
    assertThat(set(tag("k".repeat(128), "v".repeat(256)))).isEqualTo("200");
    assertThat(set(tag("k", "v".repeat(257)))).isEqualTo("400 InvalidTag");
    assertThat(set(tag("k", "a;b"))).isEqualTo("400 InvalidTag");
    assertThat(set(tag("aws:k", "v"))).isEqualTo("400 InvalidTag");
    assertThat(set(tag("", "v"))).isEqualTo("400 InvalidTag");
    assertThat(set(tag("k", "1"), tag("k", "2"))).isEqualTo("400 InvalidTag");
    for (String wrong : List.of("a=1&a=2", "a=%zz", "a=%FF")) {
      assertThat(Refusal.of(() -> put("k", wrong))).isEqualTo("400 InvalidArgument");
    }
    assertThat(tags("k")).hasSize(1);
    assertThat(Refusal.of(() -> tags("none"))).isEqualTo("404 NoSuchKey");
  }

  @Test
  void everyVersionHasItsOwn() {
    s3.putBucketVersioning(
        each ->
            each.bucket("lake")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    String first = put("k", "v=1");
    String second = put("k", "v=2");
    s3.putObjectTagging(
        each ->
            each.bucket("lake")
                .key("k")
                .versionId(first)
                .tagging(set -> set.tagSet(tag("v", "3"))));
    assertThat(s3.getObjectTagging(each -> each.bucket("lake").key("k").versionId(first)).tagSet())
        .containsExactly(tag("v", "3"));
    assertThat(s3.getObjectTagging(each -> each.bucket("lake").key("k")).versionId())
        .isEqualTo(second);
    assertThat(tags("k")).containsExactly(tag("v", "2"));
    String marker = s3.deleteObject(each -> each.bucket("lake").key("k")).versionId();
    assertThat(Refusal.of(() -> tags("k"))).isEqualTo("404 NoSuchKey");
    assertThat(set(tag("a", "b"))).isEqualTo("404 NoSuchKey");
    assertThat(
            Refusal.of(
                () -> s3.getObjectTagging(each -> each.bucket("lake").key("k").versionId(marker))))
        .isEqualTo("405 MethodNotAllowed");
  }

  @Test
  void copiesAndUploadsCarryThem() {
    put("k", "v=1");
    s3.copyObject(
        each ->
            each.sourceBucket("lake").sourceKey("k").destinationBucket("lake").destinationKey("c"));
    assertThat(tags("c")).containsExactly(tag("v", "1"));
    s3.copyObject(
        each ->
            each.sourceBucket("lake")
                .sourceKey("k")
                .destinationBucket("lake")
                .destinationKey("c")
                .taggingDirective(TaggingDirective.REPLACE)
                .tagging("w=2"));
    assertThat(tags("c")).containsExactly(tag("w", "2"));
    String id =
        s3.createMultipartUpload(each -> each.bucket("lake").key("m").tagging("u=1")).uploadId();
    String etag =
        s3.uploadPart(
                each -> each.bucket("lake").key("m").uploadId(id).partNumber(1),
                RequestBody.fromString("part"))
            .eTag();
    s3.completeMultipartUpload(
        each ->
            each.bucket("lake")
                .key("m")
                .uploadId(id)
                .multipartUpload(
                    m -> m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
    assertThat(tags("m")).containsExactly(tag("u", "1"));
  }

  @Test
  void documentsThatAreNoTagsAreRefused() throws IOException {
    put("k", "");
    RawClient raw = new RawClient(lake.endpoint());
    for (String document :
        List.of(
            "",
            "<Tagging/>",
            "<Tags><TagSet/></Tags>",
            "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
            "<Tagging><TagSet><Other/></TagSet></Tagging>")) {
      byte[] body = document.getBytes(StandardCharsets.UTF_8);
      Map<String, String> headers = new HashMap<>();
      headers.put("content-length", Integer.toString(body.length));
      assertThat(
              raw.send(raw.sign("PUT", "/lake/k?tagging", headers, "UNSIGNED-PAYLOAD"), body)
                  .code())
          .as(document)
          .isEqualTo("MalformedXML");
    }
  }
}
