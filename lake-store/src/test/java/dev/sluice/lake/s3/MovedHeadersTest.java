package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.awswire.WireRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Tag;

/** URLs whose presigner moved the headers into the query, as those of JavaScript and Ruby do. */
class MovedHeadersTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private S3Client s3;
  private RawClient raw;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    s3 = lake.client();
    s3.createBucket(each -> each.bucket("lake"));
    raw = new RawClient(lake.endpoint());
  }

  @AfterEach
  void stop() throws IOException {
    s3.close();
    lake.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private RawClient.Reply send(
      String method, String path, Map<String, String> parameters, Map<String, String> unsigned)
      throws IOException {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query
                .append(query.length() == 0 ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
    WireRequest request =
        new WireRequest(
            method,
            path,
            query.toString(),
            Map.of("host", List.of(lake.endpoint().getAuthority())));
    String signed = raw.signer().presign(request, Duration.ofMinutes(5), Instant.now());
    byte[] body = method.equals("PUT") ? "text".getBytes(StandardCharsets.US_ASCII) : new byte[0];
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append('?').append(signed);
    head.append(" HTTP/1.1\r\nhost: ").append(lake.endpoint().getAuthority());
    head.append("\r\ncontent-length: ").append(body.length);
    unsigned.forEach((name, value) -> head.append("\r\n" + name + ": " + value));
    head.append("\r\n\r\n");
    return raw.raw(head.toString().getBytes(StandardCharsets.ISO_8859_1), body);
  }

  private RawClient.Reply put(String key, Map<String, String> parameters) throws IOException {
    return send("PUT", "/lake/" + key, parameters, Map.of());
  }

  @Test
  void metadataTagsAndChecksumsInTheUrlAreTakenAsHeaders() throws Exception {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("x-amz-meta-color", "gr\u00fcn & blue");
    parameters.put("X-Amz-Meta-Size", "7");
    parameters.put("x-amz-tagging", "team=blue&x=y%20z");
    parameters.put("x-amz-acl", "private");
    parameters.put("x-amz-storage-class", "STANDARD");
    parameters.put("x-amz-sdk-checksum-algorithm", "CRC32");
    parameters.put("x-amz-checksum-crc32", "O4unxw==");
    parameters.put("x-id", "PutObject");
    RawClient.Reply reply = put("k", parameters);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    HeadObjectResponse head =
        s3.headObject(each -> each.bucket("lake").key("k").checksumMode("ENABLED"));
    assertThat(head.metadata()).containsEntry("size", "7").containsKey("color");
    assertThat(head.checksumCRC32()).isEqualTo("O4unxw==");
    assertThat(s3.getObjectTagging(each -> each.bucket("lake").key("k")).tagSet())
        .extracting(Tag::key, Tag::value)
        .containsExactlyInAnyOrder(tuple("team", "blue"), tuple("x", "y z"));
    RawClient.Reply read =
        send("GET", "/lake/k", Map.of("x-amz-checksum-mode", "ENABLED"), Map.of());
    assertThat(read.text()).contains("x-amz-checksum-crc32: O4unxw==").endsWith("text");
  }

  @Test
  void aChecksumInTheUrlIsHeldAgainstTheBody() throws Exception {
    assertThat(put("k", Map.of("x-amz-checksum-crc32", "AAAAAA==")).code()).isEqualTo("BadDigest");
    assertThat(lake.keys()).isEmpty();
  }

  @Test
  void whatS3DoesNotTakeFromTheUrlIsRefused() throws Exception {
    for (String name :
        List.of(
            "x-amz-server-side-encryption",
            "x-amz-copy-source",
            "x-amz-object-lock-mode",
            "x-amz-grant-read",
            "x-amz-made-up",
            "x-sluice-stage")) {
      assertThat(put("k", Map.of(name, "AES256")).code()).as(name).isEqualTo("NotImplemented");
    }
    assertThat(put("k", Map.of("x-amz-acl", "public-read")).code()).isEqualTo("NotImplemented");
    assertThat(send("GET", "/lake/k", Map.of("x-amz-tagging", "a=b"), Map.of()).code())
        .isEqualTo("NotImplemented");
    assertThat(lake.keys()).isEmpty();
  }

  @Test
  void whatIsSaidTwiceOrCouldBeNoHeaderIsRefused() throws Exception {
    assertThat(put("k", Map.of("x-amz-meta-a", "1", "X-Amz-Meta-A", "2")).code())
        .isEqualTo("InvalidArgument");
    assertThat(put("k", Map.of("x-amz-meta-a", "1\r\nx-other: 2")).code())
        .isEqualTo("InvalidArgument");
    assertThat(put("k", Map.of("x-amz-meta-a:b", "1")).code()).isEqualTo("InvalidArgument");
    assertThat(lake.keys()).isEmpty();
  }

  @Test
  void aSignatureInTheHeadersMovesNothing() throws Exception {
    RawClient.Reply reply = raw.send("PUT", "/lake/k?x-amz-meta-a=1");
    assertThat(reply.code()).as(reply.text()).isEqualTo("NotImplemented");
  }
}
