package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.WireRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Buckets named by the host: {@code mine.localhost}. */
class VirtualHostTest {
  private static final String BODY = "hello";

  @TempDir Path directory;
  private LocalS3 lake;
  private RawClient raw;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    raw = new RawClient(lake.endpoint());
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private static Optional<String> bucket(String host, String... domains) {
    return new HostNames(List.of(domains))
        .bucket(WireRequest.of("GET", "/", Map.of("Host", List.of(host))));
  }

  @Test
  void theHostNamesTheBucketWhereItIsBelowADomain() {
    assertThat(bucket("mine.localhost:9000", "localhost")).contains("mine");
    assertThat(bucket("a.b.LocalHost", "localhost")).contains("a.b");
    assertThat(bucket("mine.lake.internal", "localhost", "lake.internal")).contains("mine");
    assertThat(bucket("mine.s3.lake.internal", "lake.internal", "s3.lake.internal"))
        .contains("mine");
    assertThat(bucket("s3.lake.internal", "lake.internal", "s3.lake.internal")).isEmpty();
    for (String host : List.of("localhost:9000", "127.0.0.1", "[::1]:9000", "xlocalhost", "", "."))
      assertThat(bucket(host, "localhost")).as(host).isEmpty();
  }

  @Test
  void aRequestHasOneHost() {
    WireRequest twice = WireRequest.of("GET", "/", Map.of("Host", List.of("a", "b")));
    assertThatThrownBy(() -> new HostNames(List.of("a")).bucket(twice))
        .isInstanceOf(AwsFault.class);
  }

  private RawClient.Reply send(String method, String host, String target, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return raw.send(
        raw.sign(
            method,
            target,
            Map.of("host", host, "content-length", Integer.toString(bytes.length)),
            "UNSIGNED-PAYLOAD"),
        bytes);
  }

  @Test
  void bothStylesNameTheSameThings() throws IOException {
    assertThat(send("PUT", "mine.localhost", "/", "").status()).isEqualTo(200);
    assertThat(send("PUT", "mine.localhost:9000", "/other/key", BODY).status()).isEqualTo(200);
    assertThat(send("PUT", "mine.localhost", "//", BODY).status()).isEqualTo(200);
    assertThat(raw.send("GET", "/mine/other/key").text()).endsWith(BODY);
    assertThat(send("GET", "mine.localhost", "/other/key", "").text()).endsWith(BODY);
    assertThat(send("GET", "mine.localhost", "/?list-type=2", "").text())
        .contains("<Name>mine</Name>", "<Key>other/key</Key>", "<Key>/</Key>");
    assertThat(send("GET", "theirs.localhost", "/other/key", "").code()).isEqualTo("NoSuchBucket");
    assertThat(send("DELETE", "mine.localhost", "/", "").code()).isEqualTo("BucketNotEmpty");
  }

  @Test
  void aSignatureForOneBucketIsNoneForAnother() throws IOException {
    send("PUT", "mine.localhost", "/", "");
    send("PUT", "theirs.localhost", "/", "");
    String query =
        raw.signer()
            .presign(
                WireRequest.of("GET", "/key", Map.of("host", List.of("mine.localhost"))),
                Duration.ofMinutes(1),
                java.time.Instant.now());
    for (String host : List.of("mine.localhost", "theirs.localhost")) {
      String head = "GET /key?" + query + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      assertThat(raw.raw(head.getBytes(StandardCharsets.US_ASCII), new byte[0]).code())
          .isEqualTo(host.startsWith("mine") ? "NoSuchKey" : "SignatureDoesNotMatch");
    }
  }

  @Test
  void theSdkWritesReadsAndPresignsWithItsDefaultStyle() throws IOException {
    URI endpoint = URI.create("http://localhost:" + lake.endpoint().getPort());
    // A proxy spares the test a name server: all names lead to the store, in absolute form.
    ProxyConfiguration proxy =
        ProxyConfiguration.builder()
            .endpoint(lake.endpoint())
            .useSystemPropertyValues(false)
            .build();
    try (S3Client client =
            S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder().proxyConfiguration(proxy))
                .credentialsProvider(LocalS3.credentials(LocalS3.KEY))
                .build();
        S3Presigner presigner =
            S3Presigner.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(LocalS3.credentials(LocalS3.KEY))
                .build()) {
      client.createBucket(request -> request.bucket("mine"));
      client.putObject(
          request -> request.bucket("mine").key("a b/\u20ac+~"), RequestBody.fromString(BODY));
      assertThat(client.listObjectsV2(request -> request.bucket("mine")).contents())
          .extracting(S3Object::key)
          .containsExactly("a b/\u20ac+~");
      URL url =
          presigner
              .presignGetObject(
                  request ->
                      request
                          .signatureDuration(Duration.ofMinutes(1))
                          .getObjectRequest(get -> get.bucket("mine").key("a b/\u20ac+~")))
              .url();
      assertThat(url.getHost()).isEqualTo("mine.localhost");
      String head =
          "GET " + url.getFile() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n";
      assertThat(raw.raw(head.getBytes(StandardCharsets.US_ASCII), new byte[0]).text())
          .endsWith(BODY);
    }
    assertThat(lake.store().bucket("mine").name()).isEqualTo("mine");
  }
}
