package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Secret;
import dev.sluice.lake.access.AccessKey;
import dev.sluice.lake.access.Grant;
import dev.sluice.lake.access.Right;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Keys are good for what they are granted, whatever the operation. */
class GrantTest {
  private static final Secret SECRET = new Secret(LocalS3.SECRET);
  private static final String DENIED = "403 AccessDenied";

  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client owner;
  private S3Client part;
  private S3Client other;

  private static AccessKey key(String id, String account, Optional<Instant> expires) {
    return new AccessKey(
        id, SECRET, account, expires, Optional.of(Right.OWN), List.of(), List.of());
  }

  @BeforeEach
  void start() throws Exception {
    lake =
        new LocalS3(
            directory,
            List.of(
                AccessKey.of(
                    "part",
                    SECRET,
                    List.of(
                        new Grant("lake", "a/", Right.WRITE),
                        new Grant("lake", "shared/", Right.READ))),
                key("other", "second", Optional.empty()),
                key("gone", "main", Optional.of(Instant.parse("2020-01-01T00:00:00Z")))));
    owner = lake.client();
    part = lake.client("part");
    other = lake.client("other");
    owner.createBucket(each -> each.bucket("lake"));
    owner.createBucket(each -> each.bucket("pond"));
    for (String key : List.of("a/1", "a/2", "b/1", "shared/1")) {
      put(owner, key);
    }
  }

  @AfterEach
  void stop() throws Exception {
    List.of(owner, part, other).forEach(S3Client::close);
    lake.close();
  }

  private static void put(S3Client s3, String key) {
    s3.putObject(each -> each.bucket("lake").key(key), RequestBody.fromString(key));
  }

  private static String get(S3Client s3, String key) {
    return Refusal.of(() -> s3.getObjectAsBytes(each -> each.bucket("lake").key(key)));
  }

  private static String list(S3Client s3, String prefix) {
    return Refusal.of(() -> s3.listObjectsV2(each -> each.bucket("lake").prefix(prefix)));
  }

  @Test
  void aPrefixLimitsReadsWritesAndListings() {
    assertThat(get(part, "a/1")).isEqualTo("200");
    assertThat(get(part, "shared/1")).isEqualTo("200");
    assertThat(get(part, "b/1")).isEqualTo(DENIED);
    assertThat(Refusal.of(() -> put(part, "a/3"))).isEqualTo("200");
    assertThat(Refusal.of(() -> put(part, "shared/2"))).isEqualTo(DENIED);
    assertThat(list(part, "a/")).isEqualTo("200");
    assertThat(list(part, "shared/1")).isEqualTo("200");
    assertThat(list(part, "a")).isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.listObjects(each -> each.bucket("lake")))).isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.listObjectVersions(each -> each.bucket("lake"))))
        .isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.listMultipartUploads(each -> each.bucket("lake"))))
        .isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.deleteBucket(each -> each.bucket("lake")))).isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.createBucket(each -> each.bucket("new")))).isEqualTo(DENIED);
    assertThat(part.listBuckets().buckets()).extracting(Bucket::name).containsExactly("lake");
    assertThat(part.headBucket(each -> each.bucket("lake")).bucketRegion()).isEqualTo("us-east-1");
  }

  private static String copy(S3Client s3, String from, String to) {
    return Refusal.of(
        () ->
            s3.copyObject(
                each ->
                    each.sourceBucket("lake")
                        .sourceKey(from)
                        .destinationBucket("lake")
                        .destinationKey(to)));
  }

  @Test
  void bothSidesOfACopyAreAsked() {
    assertThat(copy(part, "shared/1", "a/copy")).isEqualTo("200");
    assertThat(copy(part, "b/1", "a/copy")).isEqualTo(DENIED);
    assertThat(copy(part, "a/1", "b/copy")).isEqualTo(DENIED);
    assertThat(copy(part, "a/1", "shared/copy")).isEqualTo(DENIED);
  }

  @Test
  void everyKeyOfABatchIsAskedForItself() {
    List<ObjectIdentifier> keys =
        List.of("a/1", "b/1", "shared/1").stream()
            .map(each -> ObjectIdentifier.builder().key(each).build())
            .toList();
    DeleteObjectsResponse answer =
        part.deleteObjects(each -> each.bucket("lake").delete(doomed -> doomed.objects(keys)));
    assertThat(answer.deleted()).extracting(each -> each.key()).containsExactly("a/1");
    assertThat(answer.errors()).extracting(S3Error::key).containsExactly("b/1", "shared/1");
    assertThat(answer.errors()).extracting(S3Error::code).containsOnly("AccessDenied");
    assertThat(get(owner, "b/1")).isEqualTo("200");
  }

  @Test
  void tagsAndUploadsAreKeysToo() {
    assertThat(Refusal.of(() -> part.getObjectTagging(each -> each.bucket("lake").key("b/1"))))
        .isEqualTo(DENIED);
    assertThat(
            Refusal.of(() -> part.deleteObjectTagging(each -> each.bucket("lake").key("shared/1"))))
        .isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.createMultipartUpload(each -> each.bucket("lake").key("b/1"))))
        .isEqualTo(DENIED);
    assertThat(Refusal.of(() -> part.createMultipartUpload(each -> each.bucket("lake").key("a/m"))))
        .isEqualTo("200");
    assertThat(Refusal.of(() -> part.getBucketCors(each -> each.bucket("pond")))).isEqualTo(DENIED);
  }

  @Test
  void anExpiredKeyIsAsGoodAsUnknown() {
    try (S3Client gone = lake.client("gone");
        S3Client unknown = lake.client("unknown")) {
      assertThat(get(gone, "a/1")).isEqualTo("403 InvalidAccessKeyId");
      assertThat(get(unknown, "a/1")).isEqualTo("403 InvalidAccessKeyId");
    }
  }

  @Test
  void accountsKeepTheirBucketsApart() {
    other.createBucket(each -> each.bucket("second"));
    assertThat(other.listBuckets().buckets()).extracting(Bucket::name).containsExactly("second");
    assertThat(owner.listBuckets().buckets())
        .extracting(Bucket::name)
        .containsExactly("lake", "pond");
    assertThat(get(other, "a/1")).isEqualTo(DENIED);
    assertThat(list(other, "")).isEqualTo(DENIED);
    assertThat(Refusal.of(() -> other.deleteBucket(each -> each.bucket("pond")))).isEqualTo(DENIED);
    assertThat(Refusal.of(() -> other.createBucket(each -> each.bucket("lake"))))
        .isEqualTo("409 BucketAlreadyExists");
    assertThat(Refusal.of(() -> owner.createBucket(each -> each.bucket("lake"))))
        .isEqualTo("409 BucketAlreadyOwnedByYou");
    assertThat(other.listBuckets().owner().id()).isEqualTo("second");
  }
}
