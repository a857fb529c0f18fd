package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.BlockingInputStreamAsyncRequestBody;
import software.amazon.awssdk.core.async.BlockingOutputStreamAsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.CompletedDirectoryDownload;
import software.amazon.awssdk.transfer.s3.model.CompletedDirectoryUpload;
import software.amazon.awssdk.transfer.s3.model.ResumableFileDownload;
import software.amazon.awssdk.transfer.s3.model.Upload;

/** The AWS SDK's asynchronous client and the transfer manager over it, made as the README says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsyncSdkTest {
  private static final long MEBIBYTE = 1 << 20;

  @TempDir Path directory;

  /** One for all: this client takes two seconds to close. */
  private LocalS3 lake;

  private S3AsyncClient s3;

  @BeforeAll
  void start(@TempDir Path store) throws Exception {
    lake = new LocalS3(store);
    s3 =
        S3AsyncClient.builder()
            .endpointOverride(lake.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(LocalS3.KEY, LocalS3.SECRET)))
            .multipartEnabled(true)
            .build();
    s3.createBucket(each -> each.bucket("lake")).join();
  }

  @AfterEach
  void empty() {
    lake.empty();
  }

  @AfterAll
  void stop() throws Exception {
    s3.close();
    lake.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private byte[] get(String key) {
    return s3.getObject(
            each -> each.bucket("lake").key(key).checksumMode(ChecksumMode.ENABLED),
            AsyncResponseTransformer.toBytes())
        .join()
        .asByteArray();
  }

  @Test
  void theClientIsMadeAsTheReadmeSays() throws Exception {
    String told =
        Documented.verbatim("AWS SDK for Java", "java")
            .replace("URI.create(\"http://127.0.0.1:9000\")", "lake.endpoint()")
            .replace("\"ACCESS_KEY\", \"SECRET_KEY\"", "LocalS3.KEY, LocalS3.SECRET");
    Path source =
        Path.of(
            System.getProperty("sluice.root"),
            "lake-store/src/test/java/dev/sluice/lake/s3/AsyncSdkTest.java");
    assertThat(Files.readString(source).replaceAll("\\s", "")).contains(told.replaceAll("\\s", ""));
  }

  @Test
  void manyRequestsAtATimeAreAnswered() {
    List<CompletableFuture<PutObjectResponse>> puts = new ArrayList<>();
    for (int n = 1; n <= 60; n++) {
      int size = n * 1_000;
      puts.add(
          s3.putObject(
              each -> each.bucket("lake").key("k/" + size),
              AsyncRequestBody.fromBytes(bytes(size))));
    }
    assertThat(puts).allSatisfy(each -> assertThat(each.join().checksumCRC32()).isNotNull());
    for (int n = 1; n <= 60; n++) {
      assertThat(get("k/" + n * 1_000)).isEqualTo(bytes(n * 1_000));
    }
    assertThatThrownBy(() -> get("none")).hasCauseInstanceOf(NoSuchKeyException.class);
    List<String> keys = new ArrayList<>();
    s3.listObjectsV2Paginator(each -> each.bucket("lake").maxKeys(7))
        .contents()
        .subscribe(each -> keys.add(each.key()))
        .join();
    assertThat(keys).hasSize(60).isSorted();
  }

  /**
   * Read without {@code multipartEnabled}: with it, this client now and then waits for ever for an
   * object of no bytes, from any server that answers with none.
   */
  @Test
  void emptyObjectsAreWrittenAndRead() {
    s3.putObject(each -> each.bucket("lake").key("empty"), AsyncRequestBody.empty()).join();
    try (S3AsyncClient plain =
        S3AsyncClient.builder()
            .endpointOverride(lake.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(LocalS3.credentials(LocalS3.KEY))
            .build()) {
      assertThat(
              plain
                  .getObject(
                      each -> each.bucket("lake").key("empty").checksumMode(ChecksumMode.ENABLED),
                      AsyncResponseTransformer.toBytes())
                  .join()
                  .asByteArray())
          .isEmpty();
    }
  }

  @Test
  void largeObjectsGoInPartsByThemselves() {
    byte[] large = bytes(20_000_000);
    for (ChecksumAlgorithm algorithm : List.of(ChecksumAlgorithm.CRC32, ChecksumAlgorithm.SHA256)) {
      s3.putObject(
              each -> each.bucket("lake").key("large").checksumAlgorithm(algorithm),
              AsyncRequestBody.fromBytes(large))
          .join();
      HeadObjectResponse head =
          s3.headObject(each -> each.bucket("lake").key("large").checksumMode(ChecksumMode.ENABLED))
              .join();
      assertThat(head.eTag()).endsWith("-3\"");
      assertThat(get("large")).isEqualTo(large);
    }
    s3.copyObject(
            each ->
                each.sourceBucket("lake")
                    .sourceKey("large")
                    .destinationBucket("lake")
                    .destinationKey("copy"))
        .join();
    assertThat(get("copy")).isEqualTo(large);
  }

  @Test
  void streamsOfUnknownLengthAreWritten() throws Exception {
    byte[] large = bytes(11_000_000);
    BlockingInputStreamAsyncRequestBody in = AsyncRequestBody.forBlockingInputStream(null);
    CompletableFuture<PutObjectResponse> read =
        s3.putObject(each -> each.bucket("lake").key("in"), in);
    in.writeInputStream(new java.io.ByteArrayInputStream(large));
    read.join();
    assertThat(get("in")).isEqualTo(large);
    BlockingOutputStreamAsyncRequestBody out = AsyncRequestBody.forBlockingOutputStream(null);
    CompletableFuture<PutObjectResponse> written =
        s3.putObject(each -> each.bucket("lake").key("out"), out);
    try (java.io.OutputStream stream = out.outputStream()) {
      stream.write(large);
    }
    written.join();
    assertThat(get("out")).isEqualTo(large);
  }

  @Test
  void aTransferManagerMovesFilesAndFolders() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree/a/b")).getParent().getParent();
    Files.write(tree.resolve("large"), bytes(18_000_000));
    Files.write(tree.resolve("a/small"), bytes(10));
    Files.write(tree.resolve("a/b/\u00fc +"), bytes(5_000));
    try (S3TransferManager transfer = S3TransferManager.builder().s3Client(s3).build()) {
      CompletedDirectoryUpload up =
          transfer
              .uploadDirectory(each -> each.source(tree).bucket("lake").s3Prefix("t"))
              .completionFuture()
              .join();
      assertThat(up.failedTransfers()).isEmpty();
      Path back = directory.resolve("back");
      CompletedDirectoryDownload down =
          transfer
              .downloadDirectory(
                  each ->
                      each.destination(back)
                          .bucket("lake")
                          .listObjectsV2RequestTransformer(list -> list.prefix("t/")))
              .completionFuture()
              .join();
      assertThat(down.failedTransfers()).isEmpty();
      for (String name : List.of("large", "a/small", "a/b/\u00fc +")) {
        assertThat(Files.mismatch(tree.resolve(name), back.resolve(name))).as(name).isEqualTo(-1);
      }
      transfer
          .copy(
              each ->
                  each.copyObjectRequest(
                      copy ->
                          copy.sourceBucket("lake")
                              .sourceKey("t/large")
                              .destinationBucket("lake")
                              .destinationKey("copy")))
          .completionFuture()
          .join();
      assertThat(get("copy")).isEqualTo(bytes(18_000_000));
    }
  }

  @Test
  void aTransferIsPausedAndTakenUpAgain() throws Exception {
    Path file = Files.write(directory.resolve("file"), bytes(20_000_000));
    try (S3TransferManager transfer = S3TransferManager.builder().s3Client(s3).build()) {
      transfer
          .uploadFile(each -> each.source(file).putObjectRequest(p -> p.bucket("lake").key("f")))
          .completionFuture()
          .join();
      Path back = directory.resolve("back");
      ResumableFileDownload paused =
          transfer
              .downloadFile(
                  each -> each.destination(back).getObjectRequest(g -> g.bucket("lake").key("f")))
              .pause();
      transfer.resumeDownloadFile(paused).completionFuture().join();
      assertThat(Files.mismatch(file, back)).isEqualTo(-1);
      BlockingInputStreamAsyncRequestBody body = AsyncRequestBody.forBlockingInputStream(MEBIBYTE);
      Upload upload =
          transfer.upload(
              each -> each.requestBody(body).putObjectRequest(p -> p.bucket("lake").key("s")));
      body.writeInputStream(new java.io.ByteArrayInputStream(bytes((int) MEBIBYTE)));
      upload.completionFuture().join();
      assertThat(get("s")).isEqualTo(bytes((int) MEBIBYTE));
    }
  }
}
