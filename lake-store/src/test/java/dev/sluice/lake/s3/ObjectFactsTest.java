package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesParts;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** What GetObjectAttributes says. */
class ObjectFactsTest {
  private static final int PART = 5 << 20;

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

  private GetObjectAttributesResponse all(String key) {
    return s3.getObjectAttributes(each -> each.bucket("lake").key(key).objectAttributes(known()));
  }

  private static List<ObjectAttributes> known() {
    return new ArrayList<>(ObjectAttributes.knownValues());
  }

  @Test
  void aSimpleObjectHasNoParts() {
    String etag =
        s3.putObject(
                each -> each.bucket("lake").key("k").checksumAlgorithm(ChecksumAlgorithm.SHA256),
                RequestBody.fromString("bytes"))
            .eTag();
    GetObjectAttributesResponse facts = all("k");
    assertThat('"' + facts.eTag() + '"').isEqualTo(etag);
    assertThat(facts.objectSize()).isEqualTo(5);
    assertThat(facts.storageClassAsString()).isEqualTo("STANDARD");
    assertThat(facts.checksum().checksumSHA256()).isNotEmpty();
    assertThat(facts.checksum().checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
    assertThat(facts.objectParts()).isNull();
    assertThat(facts.lastModified()).isNotNull();
    GetObjectAttributesResponse size =
        s3.getObjectAttributes(
            each -> each.bucket("lake").key("k").objectAttributes(ObjectAttributes.OBJECT_SIZE));
    assertThat(size.eTag()).isNull();
    assertThat(size.objectSize()).isEqualTo(5);
  }

  private List<String> upload(String key, int parts) {
    String id =
        s3.createMultipartUpload(
                each -> each.bucket("lake").key(key).checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
            .uploadId();
    List<CompletedPart> done = new ArrayList<>();
    List<String> sums = new ArrayList<>();
    for (int at = 1; at <= parts; at++) {
      int number = at;
      UploadPartResponse part =
          s3.uploadPart(
              each ->
                  each.bucket("lake")
                      .key(key)
                      .uploadId(id)
                      .partNumber(number)
                      .checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
              RequestBody.fromBytes(new byte[number == parts ? number : PART]));
      sums.add(part.checksumCRC32C());
      done.add(
          CompletedPart.builder()
              .partNumber(number)
              .eTag(part.eTag())
              .checksumCRC32C(part.checksumCRC32C())
              .build());
    }
    s3.completeMultipartUpload(
        each -> each.bucket("lake").key(key).uploadId(id).multipartUpload(m -> m.parts(done)));
    return sums;
  }

  @Test
  void partsAreListedByPageWithTheirChecksums() {
    List<String> sums = upload("big", 3);
    GetObjectAttributesParts first =
        s3.getObjectAttributes(
                each -> each.bucket("lake").key("big").maxParts(2).objectAttributes(known()))
            .objectParts();
    assertThat(first.totalPartsCount()).isEqualTo(3);
    assertThat(first.isTruncated()).isTrue();
    assertThat(first.maxParts()).isEqualTo(2);
    assertThat(first.parts()).extracting(ObjectPart::checksumCRC32C).isEqualTo(sums.subList(0, 2));
    GetObjectAttributesParts rest =
        s3.getObjectAttributes(
                each ->
                    each.bucket("lake")
                        .key("big")
                        .partNumberMarker(first.nextPartNumberMarker())
                        .objectAttributes(known()))
            .objectParts();
    assertThat(rest.isTruncated()).isFalse();
    assertThat(rest.parts()).hasSize(1);
    assertThat(rest.parts().get(0).partNumber()).isEqualTo(3);
    assertThat(rest.parts().get(0).size()).isEqualTo(3);
    assertThat(all("big").checksum().checksumCRC32C()).endsWith("-3");
    assertThat(s3.headObject(each -> each.bucket("lake").key("big").partNumber(3)).contentLength())
        .isEqualTo(3);
    assertThat(s3.headObject(each -> each.bucket("lake").key("big").partNumber(1)).partsCount())
        .isEqualTo(3);
  }

  /** As S3 does: a part of its own, but not counted. */
  @Test
  void anObjectThatWasNotUploadedInPartsIsItsOwnFirstPart() throws Exception {
    s3.putObject(each -> each.bucket("lake").key("k"), RequestBody.fromString("0123456789"));
    GetObjectResponse part =
        s3.getObjectAsBytes(each -> each.bucket("lake").key("k").partNumber(1)).response();
    assertThat(part.sdkHttpResponse().statusCode()).isEqualTo(206);
    assertThat(part.contentRange()).isEqualTo("bytes 0-9/10");
    assertThat(part.partsCount()).isNull();
    HeadObjectResponse head = s3.headObject(each -> each.bucket("lake").key("k").partNumber(1));
    assertThat(head.sdkHttpResponse().statusCode()).isEqualTo(206);
    assertThat(head.contentLength()).isEqualTo(10);
    assertThat(head.partsCount()).isNull();
    assertThat(
            Refusal.of(
                () -> s3.getObjectAsBytes(each -> each.bucket("lake").key("k").partNumber(2))))
        .isEqualTo("416 InvalidPartNumber");
  }

  @Test
  void whatIsNotThereOrNotKnownIsRefused() throws Exception {
    assertThat(Refusal.of(() -> all("none"))).isEqualTo("404 NoSuchKey");
    s3.putBucketVersioning(
        each ->
            each.bucket("lake")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    s3.putObject(each -> each.bucket("lake").key("k"), RequestBody.fromString("bytes"));
    String marker = s3.deleteObject(each -> each.bucket("lake").key("k")).versionId();
    assertThat(Refusal.of(() -> all("k"))).isEqualTo("404 NoSuchKey");
    assertThat(
            Refusal.of(
                () ->
                    s3.getObjectAttributes(
                        each ->
                            each.bucket("lake")
                                .key("k")
                                .versionId(marker)
                                .objectAttributes(known()))))
        .isEqualTo("405 MethodNotAllowed");
    RawClient raw = new RawClient(lake.endpoint());
    assertThat(raw.send("GET", "/lake/k?attributes").code()).isEqualTo("InvalidArgument");
  }
}
