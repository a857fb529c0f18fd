package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.awswire.Checksum;
import dev.sluice.awswire.ChunkSigner;
import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import dev.sluice.lake.object.Listing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are not what their heads say, and documents that are made to hurt. */
class HostileBodyTest {
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

  private static void nothingStored() {
    assertThat(lake.store().list("lake", new Listing.Query("", "", "", 10)).entries()).isEmpty();
  }

  private static String base64(Checksum checksum, String text) {
    Checksum.Running running = checksum.start();
    running.update(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return running.base64();
  }

  private static RawClient.Reply trailing(String announced, String trailer) throws IOException {
    byte[] wire = ("5\r\nhello\r\n0\r\n" + trailer + "\r\n").getBytes(StandardCharsets.US_ASCII);
    Map<String, String> headers = new HashMap<>();
    headers.put("content-encoding", "aws-chunked");
    headers.put("content-length", Integer.toString(wire.length));
    headers.put("x-amz-decoded-content-length", "5");
    if (!announced.isEmpty()) {
      headers.put("x-amz-trailer", announced);
    }
    String payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    return raw.send(raw.sign("PUT", "/lake/key", headers, payload), wire);
  }

  @Test
  void everyChecksumIsTakenFromATrailerAndNoTrailerOnTrust() throws IOException {
    for (Checksum each : Checksum.values()) {
      String name = each.header();
      String right = name + ":" + base64(each, "hello") + "\r\n";
      assertThat(trailing(name, name + ":" + base64(each, "hellO") + "\r\n").code())
          .isEqualTo("BadDigest");
      assertThat(trailing(name, name + ":nonsense!\r\n").code()).isEqualTo("InvalidRequest");
      assertThat(trailing(name, "").code()).isEqualTo("MalformedTrailerError");
      assertThat(trailing(name, right + right).code()).isEqualTo("MalformedTrailerError");
      assertThat(trailing("", right).code()).isEqualTo("MalformedTrailerError");
      assertThat(trailing(name, right + "x-amz-meta-a:b\r\n").code())
          .isEqualTo("MalformedTrailerError");
      assertThat(trailing("x-amz-meta-a", right).code()).isEqualTo("NotImplemented");
      nothingStored();
      assertThat(trailing(name, right).status()).isEqualTo(200);
      assertThat(raw.send("GET", "/lake/key").text()).endsWith("\r\n\r\nhello");
      assertThat(raw.send("DELETE", "/lake/key").status()).isEqualTo(204);
    }
  }

  private static RawClient.Reply put(Map<String, String> headers) throws IOException {
    Map<String, String> all = new HashMap<>(headers);
    all.put("content-length", "5");
    return raw.send(
        raw.sign("PUT", "/lake/key", all, "UNSIGNED-PAYLOAD"),
        "hello".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aChecksumInTheHeadMustBeTheOneThatIsNamed() throws IOException {
    String crc32 = base64(Checksum.CRC32, "hello");
    assertThat(
            put(Map.of("x-amz-checksum-crc32", crc32, "x-amz-sdk-checksum-algorithm", "SHA256"))
                .code())
        .isEqualTo("InvalidRequest");
    assertThat(put(Map.of("x-amz-sdk-checksum-algorithm", "CRC32")).code())
        .isEqualTo("InvalidRequest");
    assertThat(put(Map.of("x-amz-checksum-crc32", crc32, "x-amz-checksum-sha1", "AAAA")).code())
        .isEqualTo("InvalidRequest");
    assertThat(put(Map.of("x-amz-checksum-crc32", "AAAA")).code()).isEqualTo("InvalidRequest");
    nothingStored();
  }

  private static RawClient.Reply chunks(List<Integer> order, int size) throws IOException {
    int decoded = size * 3;
    int length = 0;
    for (int round = 0; round < 2; round++) {
      Signer.Signed signed =
          raw.sign(
              "PUT",
              "/lake/key",
              Map.of(
                  "content-encoding", "aws-chunked",
                  "content-length", Integer.toString(length),
                  "x-amz-decoded-content-length", Integer.toString(decoded)),
              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
      ChunkSigner signer = new ChunkSigner(signed);
      List<byte[]> chunks = new ArrayList<>();
      for (int each = 0; each < 3; each++) {
        chunks.add(
            signer.chunk(Integer.toString(each).repeat(size).getBytes(StandardCharsets.US_ASCII)));
      }
      chunks.add(signer.chunk(new byte[0]));
      ByteBuffer wire =
          ByteBuffer.allocate(order.stream().mapToInt(at -> chunks.get(at).length).sum());
      order.forEach(at -> wire.put(chunks.get(at)));
      length = wire.capacity();
      if (round == 1) {
        return raw.send(signed, wire.array());
      }
    }
    throw new AssertionError();
  }

  @Test
  void chunksAreTakenOnceAndInTheirOrder() throws IOException {
    assertThat(chunks(List.of(1, 0, 2, 3), 8192).code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(chunks(List.of(0, 0, 2, 3), 8192).code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(chunks(List.of(0, 2, 3), 8192).code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(chunks(List.of(0, 1, 3), 8192).code())
        .isIn("SignatureDoesNotMatch", "IncompleteBody");
    assertThat(chunks(List.of(0, 1, 2), 8192).code()).isEqualTo("IncompleteBody");
    assertThat(chunks(List.of(0, 1, 2, 2, 3), 8192).code()).isEqualTo("IncompleteBody");
    assertThat(chunks(List.of(0, 1, 2, 3), 100).code()).isEqualTo("InvalidChunkSizeError");
    nothingStored();
    assertThat(chunks(List.of(0, 1, 2, 3), 8192).status()).isEqualTo(200);
    assertThat(raw.send("DELETE", "/lake/key").status()).isEqualTo(204);
  }

  @Test
  void documentsThatAreMadeToHurtAreRefused() throws IOException {
    String entities =
        "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Delete>&b;</Delete>";
    String file = "<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Delete>&a;</Delete>";
    StringBuilder attributes = new StringBuilder("<Delete");
    for (int each = 0; each < 30_000; each++) {
      attributes.append(" a").append(each).append("=''");
    }
    for (String document :
        List.of(
            entities,
            file,
            "<Delete>".repeat(50_000),
            "<Delete>" + "<a/>".repeat(400_000) + "</Delete>",
            attributes.append("/>").toString(),
            "<Delete>" + "x".repeat(1_500_000) + "</Delete>",
            "<Delete><Object><Key>" + "k".repeat(1_000_000) + "</Key></Object></Delete>",
            "<?xml version=\"1.0\" encoding=\"UTF-32\"?><Delete/>",
            "<Delete>\u0000</Delete>",
            "{\"Delete\": true}")) {
      byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
      Map<String, String> headers = Map.of("content-length", Integer.toString(bytes.length));
      RawClient.Reply reply =
          raw.send(raw.sign("POST", "/lake?delete", headers, "UNSIGNED-PAYLOAD"), bytes);
      String what = document.substring(0, Math.min(60, document.length())) + reply.text();
      assertThat(reply.code()).as(what).isIn("MalformedXML", "KeyTooLongError");
      assertThat(reply.text()).doesNotContain("root:", "Exception");
    }
  }

  @Test
  void whoseClockIsWrongIsToldTheRightTime() throws IOException {
    Signer.Signed old =
        raw.signer()
            .sign(
                WireRequest.of("GET", "/lake", Map.of("host", List.of("x"))),
                RawClient.EMPTY_SHA256,
                Instant.now().minus(Duration.ofHours(1)));
    assertThat(raw.send(old, new byte[0]).text())
        .contains("<Code>RequestTimeTooSkewed</Code>", "<RequestTime>", "<ServerTime>")
        .contains("<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>");
    assertThat(raw.send("GET", "/lake?prefix=a&prefix=b").code()).isEqualTo("InvalidArgument");
  }
}
