package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The AWS SDK for Java, with its defaults, against us over real HTTP. */
class AwsSdkTest {
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

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private PutObjectResponse put(String key, byte[] bytes) {
    return s3.putObject(each -> each.bucket("lake").key(key), RequestBody.fromBytes(bytes));
  }

  private ResponseBytes<GetObjectResponse> get(String key) {
    return s3.getObject(
        each -> each.bucket("lake").key(key).checksumMode(ChecksumMode.ENABLED),
        ResponseTransformer.toBytes());
  }

  private interface Call {
    void run();
  }

  private static String code(Call call) {
    try {
      call.run();
    } catch (S3Exception e) {
      return e.statusCode() + " " + e.awsErrorDetails().errorCode();
    }
    return "200";
  }

  @Test
  void objectsOfEverySizeComeBackWithMetadata() {
    for (int size : new int[] {0, 1, 4096, 4097, 200_000, 9_000_000}) {
      PutObjectResponse put =
          s3.putObject(
              each ->
                  each.bucket("lake")
                      .key("a/" + size)
                      .contentType("text/plain")
                      .cacheControl("no-cache")
                      .metadata(Map.of("who", "Jos\u00e9", "n", Integer.toString(size))),
              RequestBody.fromBytes(bytes(size)));
      ResponseBytes<GetObjectResponse> got = get("a/" + size);
      assertThat(got.asByteArray()).isEqualTo(bytes(size));
      assertThat(got.response().eTag()).isEqualTo(put.eTag());
      assertThat(got.response().contentType()).isEqualTo("text/plain");
      assertThat(got.response().cacheControl()).isEqualTo("no-cache");
      assertThat(got.response().contentEncoding()).isNull();
      assertThat(got.response().metadata()).containsEntry("n", Integer.toString(size));
      assertThat(put.checksumCRC32()).isNotNull();
      assertThat(got.response().checksumCRC32()).isEqualTo(put.checksumCRC32());
    }
    assertThat(
            lake.metrics().get("sluice.s3.requests").tag("operation", "PutObject").timer().count())
        .isEqualTo(6);
    assertThat(lake.metrics().get("sluice.s3.bytes.out").counter().count()).isGreaterThan(9e6);
  }

  @ParameterizedTest
  @EnumSource(
      value = ChecksumAlgorithm.class,
      names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
  void everyChecksumIsVerifiedAndKept(ChecksumAlgorithm algorithm) {
    s3.putObject(
        each -> each.bucket("lake").key("sum").checksumAlgorithm(algorithm),
        RequestBody.fromBytes(bytes(70_000)));
    HeadObjectResponse head =
        s3.headObject(each -> each.bucket("lake").key("sum").checksumMode(ChecksumMode.ENABLED));
    assertThat(
            List.of(
                String.valueOf(head.checksumCRC32()),
                String.valueOf(head.checksumCRC32C()),
                String.valueOf(head.checksumSHA1()),
                String.valueOf(head.checksumSHA256())))
        .filteredOn(each -> !each.equals("null"))
        .hasSize(1);
    assertThat(get("sum").asByteArray()).isEqualTo(bytes(70_000));
  }

  @Test
  void errorsCarryTheirCodes() {
    put("key", bytes(10));
    assertThat(code(() -> get("none"))).isEqualTo("404 NoSuchKey");
    assertThat(code(() -> s3.listObjectsV2(each -> each.bucket("none"))))
        .isEqualTo("404 NoSuchBucket");
    assertThat(code(() -> s3.deleteBucket(each -> each.bucket("lake"))))
        .isEqualTo("409 BucketNotEmpty");
    assertThat(code(() -> s3.createBucket(each -> each.bucket("lake"))))
        .isEqualTo("409 BucketAlreadyOwnedByYou");
    assertThat(code(() -> put("k".repeat(1025), bytes(1)))).isEqualTo("400 KeyTooLongError");
    assertThat(
            code(
                () ->
                    s3.getObject(
                        each -> each.bucket("lake").key("key").range("bytes=10-"),
                        ResponseTransformer.toBytes())))
        .isEqualTo("416 InvalidRange");
    assertThat(
            code(
                () ->
                    s3.putObject(
                        each -> each.bucket("lake").key("key").ifNoneMatch("*"),
                        RequestBody.fromBytes(bytes(1)))))
        .isEqualTo("412 PreconditionFailed");
    assertThat(code(() -> s3.getBucketAcl(each -> each.bucket("lake"))))
        .isEqualTo("501 NotImplemented");
    assertThat(
            code(
                () ->
                    s3.putObject(
                        each -> each.bucket("lake").key("key").serverSideEncryption("AES256"),
                        RequestBody.fromBytes(bytes(1)))))
        .isEqualTo("501 NotImplemented");
    assertThatThrownBy(() -> s3.headObject(each -> each.bucket("lake").key("none")))
        .isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void aKeyMayDoWhatItsRightSays() {
    put("key", bytes(10));
    try (S3Client reader = LocalS3.client(lake.endpoint(), LocalS3.READER)) {
      reader.getObject(each -> each.bucket("lake").key("key"), ResponseTransformer.toBytes());
      assertThat(code(() -> reader.deleteObject(each -> each.bucket("lake").key("key"))))
          .isEqualTo("403 AccessDenied");
      assertThat(code(() -> reader.listObjectsV2(each -> each.bucket("other"))))
          .isEqualTo("403 AccessDenied");
    }
    try (S3Client stranger = LocalS3.client(lake.endpoint(), "stranger")) {
      assertThat(code(stranger::listBuckets)).isEqualTo("403 InvalidAccessKeyId");
    }
  }

  @Test
  void rangesAndConditionsAreKept() {
    byte[] all = bytes(50_000);
    String etag = put("key", all).eTag();
    for (String range : List.of("bytes=100-199", "bytes=49990-", "bytes=-10", "bytes=0-999999")) {
      byte[] got =
          s3.getObject(
                  each -> each.bucket("lake").key("key").range(range),
                  ResponseTransformer.toBytes())
              .asByteArray();
      assertThat(got.length).isIn(100, 10, 50_000);
    }
    assertThat(
            code(
                () ->
                    s3.getObject(
                        each -> each.bucket("lake").key("key").ifNoneMatch(etag),
                        ResponseTransformer.toBytes())))
        .startsWith("304");
    assertThat(
            code(
                () ->
                    s3.getObject(
                        each -> each.bucket("lake").key("key").ifMatch("\"other\""),
                        ResponseTransformer.toBytes())))
        .isEqualTo("412 PreconditionFailed");
  }

  @Test
  void partsAreUploadedListedCompletedAndReadBack() {
    String id = s3.createMultipartUpload(each -> each.bucket("lake").key("big")).uploadId();
    byte[] first = bytes(5 << 20);
    byte[] last = bytes(1234);
    List<CompletedPart> parts = new ArrayList<>();
    for (byte[] part : List.of(first, last)) {
      int number = parts.size() + 1;
      UploadPartResponse uploaded =
          s3.uploadPart(
              each -> each.bucket("lake").key("big").uploadId(id).partNumber(number),
              RequestBody.fromBytes(part));
      parts.add(
          CompletedPart.builder()
              .partNumber(number)
              .eTag(uploaded.eTag())
              .checksumCRC32(uploaded.checksumCRC32())
              .build());
    }
    assertThat(s3.listParts(each -> each.bucket("lake").key("big").uploadId(id)).parts())
        .hasSize(2);
    assertThat(s3.listMultipartUploads(each -> each.bucket("lake")).uploads()).hasSize(1);
    String etag =
        s3.completeMultipartUpload(
                each ->
                    each.bucket("lake")
                        .key("big")
                        .uploadId(id)
                        .multipartUpload(done -> done.parts(parts)))
            .eTag();
    assertThat(etag).endsWith("-2\"");
    byte[] got = get("big").asByteArray();
    assertThat(got).hasSize(first.length + last.length).startsWith(first).endsWith(last);
    byte[] across =
        s3.getObject(
                each -> each.bucket("lake").key("big").range("bytes=5242870-5242889"),
                ResponseTransformer.toBytes())
            .asByteArray();
    assertThat(across).endsWith(Arrays.copyOf(last, 10)).hasSize(20);
    assertThat(
            code(
                () -> s3.abortMultipartUpload(each -> each.bucket("lake").key("big").uploadId(id))))
        .isEqualTo("404 NoSuchUpload");
  }

  @Test
  void versionsAreListedReadAndDeleted() {
    s3.putBucketVersioning(
        each ->
            each.bucket("lake")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    String one = put("key", bytes(10)).versionId();
    String two = put("key", bytes(20)).versionId();
    String marker = s3.deleteObject(each -> each.bucket("lake").key("key")).versionId();
    assertThat(code(() -> get("key"))).isEqualTo("404 NoSuchKey");
    ListObjectVersionsResponse versions = s3.listObjectVersions(each -> each.bucket("lake"));
    assertThat(versions.versions()).extracting(each -> each.versionId()).containsExactly(two, one);
    assertThat(versions.deleteMarkers())
        .singleElement()
        .satisfies(each -> assertThat(each.versionId()).isEqualTo(marker))
        .satisfies(each -> assertThat(each.isLatest()).isTrue());
    s3.deleteObjects(
        each ->
            each.bucket("lake")
                .delete(
                    all ->
                        all.objects(
                            ObjectIdentifier.builder().key("key").versionId(marker).build(),
                            ObjectIdentifier.builder().key("key").versionId(two).build())));
    assertThat(get("key").asByteArray()).isEqualTo(bytes(10));
  }

  @Test
  void listingsAreCompleteWhateverThePage() {
    for (int n = 0; n < 12; n++) {
      put("d" + n % 3 + "/\u00fc " + n, bytes(1));
    }
    List<String> keys =
        s3.listObjectsV2Paginator(each -> each.bucket("lake").maxKeys(5)).contents().stream()
            .map(S3Object::key)
            .toList();
    assertThat(keys).hasSize(12).isSorted().doesNotHaveDuplicates();
    assertThat(
            s3
                .listObjectsV2Paginator(each -> each.bucket("lake").delimiter("/").maxKeys(1))
                .commonPrefixes()
                .stream()
                .map(CommonPrefix::prefix))
        .containsExactly("d0/", "d1/", "d2/");
  }

  @Test
  void copiesKeepOrReplaceMetadata() {
    s3.putObject(
        each -> each.bucket("lake").key("from \u00fc+1").metadata(Map.of("a", "b")),
        RequestBody.fromBytes(bytes(9000)));
    s3.copyObject(
        each ->
            each.sourceBucket("lake")
                .sourceKey("from \u00fc+1")
                .destinationBucket("lake")
                .destinationKey("to"));
    assertThat(get("to").asByteArray()).isEqualTo(bytes(9000));
    assertThat(get("to").response().metadata()).containsEntry("a", "b");
  }

  @Test
  void presignedUrlsNeedNoKey() throws IOException, InterruptedException {
    try (S3Presigner presigner = lake.presigner()) {
      URI put =
          URI.create(
              presigner
                  .presignPutObject(
                      each ->
                          each.signatureDuration(Duration.ofMinutes(5))
                              .putObjectRequest(request -> request.bucket("lake").key("pre")))
                  .url()
                  .toString());
      URI get =
          URI.create(
              presigner
                  .presignGetObject(
                      each ->
                          each.signatureDuration(Duration.ofMinutes(5))
                              .getObjectRequest(request -> request.bucket("lake").key("pre")))
                  .url()
                  .toString());
      HttpClient http = HttpClient.newHttpClient();
      HttpRequest upload =
          HttpRequest.newBuilder(put).PUT(HttpRequest.BodyPublishers.ofString("hello")).build();
      assertThat(http.send(upload, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      HttpResponse<String> got =
          http.send(HttpRequest.newBuilder(get).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(got.body()).isEqualTo("hello");
      HttpRequest forged = HttpRequest.newBuilder(URI.create(get + "0")).build();
      assertThat(http.send(forged, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
    }
  }
}
