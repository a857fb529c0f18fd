package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.awswire.ChunkSigner;
import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import dev.sluice.lake.object.Listing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no well-meaning client sends, byte by byte. After each of them nothing is stored that should
 * not be.
 */
class HostileRequestTest {
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  private static final byte[] BODY = "x".repeat(20_000).getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;
  private LocalS3 lake;
  private RawClient raw;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory);
    lake.store().createBucket("lake", "");
    raw = new RawClient(lake.endpoint());
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private List<String> keys() {
    return lake.store().list("lake", new Listing.Query("", "", "", 1000)).entries().stream()
        .map(Listing.Entry::key)
        .toList();
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(each -> !each.startsWith(directory.resolve("rows")))
          .count();
    }
  }

  private RawClient.Reply put(Map<String, String> more, String payload, byte[] body)
      throws IOException {
    Map<String, String> headers = new HashMap<>(more);
    headers.putIfAbsent("content-length", Integer.toString(body.length));
    return raw.send(raw.sign("PUT", "/lake/key", headers, payload), body);
  }

  private void nothingStored() throws IOException {
    assertThat(keys()).isEmpty();
    assertThat(files()).isZero();
  }

  @Test
  void aChangedSignatureHeaderTargetOrBodyIsRefused() throws IOException {
    Signer.Signed good = raw.sign("PUT", "/lake/key", Map.of("content-length", "0"), UNSIGNED);
    Map<String, List<String>> headers = new HashMap<>(good.request().headers());
    String authorization = headers.get("authorization").get(0);
    headers.put("authorization", List.of(authorization.replaceAll(".$", "z")));
    Signer.Signed forged =
        new Signer.Signed(WireRequest.of("PUT", "/lake/key", headers), good.key(), "");
    assertThat(raw.send(forged, new byte[0]).code()).isEqualTo("SignatureDoesNotMatch");
    Signer.Signed moved =
        new Signer.Signed(
            WireRequest.of("PUT", "/lake/other", good.request().headers()), good.key(), "");
    assertThat(raw.send(moved, new byte[0]).code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(put(Map.of(), RawClient.EMPTY_SHA256, BODY).code())
        .isEqualTo("XAmzContentSHA256Mismatch");
    nothingStored();
  }

  @Test
  void anonymousAndOldRequestsAreRefused() throws IOException {
    String head = "GET /lake/key HTTP/1.1\r\nHost: x\r\n\r\n";
    assertThat(raw.raw(head.getBytes(StandardCharsets.US_ASCII), new byte[0]).code())
        .isEqualTo("AccessDenied");
    Signer.Signed old =
        raw.signer()
            .sign(
                WireRequest.of("GET", "/lake", Map.of("host", List.of("x"))),
                RawClient.EMPTY_SHA256,
                Instant.now().minus(Duration.ofMinutes(16)));
    assertThat(raw.send(old, new byte[0]).code()).isEqualTo("RequestTimeTooSkewed");
  }

  @Test
  void aBodyThatIsNotWhatItsDigestSaysIsRefused() throws IOException {
    String md5OfNothing = "1B2M2Y8AsgTpgAmY7PhCfg==";
    assertThat(put(Map.of("content-md5", md5OfNothing), UNSIGNED, BODY).code())
        .isEqualTo("BadDigest");
    assertThat(put(Map.of("content-md5", "nonsense"), UNSIGNED, BODY).code())
        .isEqualTo("InvalidDigest");
    assertThat(put(Map.of("x-amz-checksum-crc32", "AAAAAA=="), UNSIGNED, BODY).code())
        .isEqualTo("BadDigest");
    assertThat(put(Map.of("x-amz-checksum-sha512", "AAAA"), UNSIGNED, BODY).code())
        .isEqualTo("NotImplemented");
    nothingStored();
  }

  @Test
  void aBodyCutShortLeavesNothing() throws Exception {
    Map<String, String> headers = Map.of("content-length", Integer.toString(BODY.length + 1000));
    RawClient.Reply reply = raw.sendAndCut(raw.sign("PUT", "/lake/key", headers, UNSIGNED), BODY);
    assertThat(reply.status()).isIn(0, 400);
    lake.close();
    lake = new LocalS3(directory);
    nothingStored();
    assertThat(lake.store().sweptFiles()).isZero();
  }

  private RawClient.Reply chunked(byte[] wire, Signer.Signed signed) throws IOException {
    return raw.send(signed, wire);
  }

  private Signer.Signed chunkedPut(long decoded, long length, String payload) {
    return raw.sign(
        "PUT",
        "/lake/key",
        Map.of(
            "content-encoding", "aws-chunked",
            "content-length", Long.toString(length),
            "x-amz-decoded-content-length", Long.toString(decoded)),
        payload);
  }

  private static byte[] wire(Signer.Signed signed) throws IOException {
    ChunkSigner chunks = new ChunkSigner(signed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(chunks.chunk(BODY));
    out.write(chunks.chunk(new byte[0]));
    return out.toByteArray();
  }

  @Test
  void aChunkThatIsNotWhatWasSignedIsRefused() throws IOException {
    String payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    int length = wire(chunkedPut(BODY.length, 0, payload)).length;
    Signer.Signed signed = chunkedPut(BODY.length, length, payload);
    byte[] changed = wire(signed);
    changed[5_000] = 'y';
    assertThat(chunked(changed, signed).code()).isEqualTo("SignatureDoesNotMatch");
    byte[] endless = wire(signed);
    endless[0] = 'f';
    assertThat(chunked(endless, signed).code()).isEqualTo("IncompleteBody");
    Signer.Signed longer = chunkedPut(BODY.length + 1, length, payload);
    assertThat(chunked(wire(longer), longer).code()).isEqualTo("IncompleteBody");
    nothingStored();
    assertThat(chunked(wire(signed), signed).status()).isEqualTo(200);
    assertThat(keys()).containsExactly("key");
  }

  @Test
  void aTrailingChecksumThatIsWrongOrMissingIsRefused() throws IOException {
    for (String trailer : List.of("x-amz-checksum-crc32:AAAAAA==\r\n", "")) {
      String wire = "5\r\nhello\r\n0\r\n" + trailer + "\r\n";
      Signer.Signed signed =
          raw.sign(
              "PUT",
              "/lake/key",
              Map.of(
                  "content-encoding", "aws-chunked",
                  "content-length", Integer.toString(wire.length()),
                  "x-amz-trailer", "x-amz-checksum-crc32",
                  "x-amz-decoded-content-length", "5"),
              "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      assertThat(raw.send(signed, wire.getBytes(StandardCharsets.US_ASCII)).code())
          .isEqualTo(trailer.isEmpty() ? "MalformedTrailerError" : "BadDigest");
    }
    nothingStored();
  }

  @Test
  void pathsThatLookLikeTricksAreKeysLikeAnyOther() throws IOException {
    List<String> paths =
        List.of(
            "/lake/../../etc/passwd",
            "/lake/a//b",
            "/lake//",
            "/lake/a%2F..%2Fb",
            "/lake/.",
            "/lake/%5C..%5C",
            "/lake/%E2%82%AC",
            "/lake/%0A");
    for (String path : paths) {
      assertThat(raw.send("PUT", path).status()).as(path).isEqualTo(200);
    }
    assertThat(keys())
        .containsExactlyInAnyOrder(
            "../../etc/passwd", "a//b", "/", "a/../b", ".", "\\..\\", "\u20ac", "\n");
    assertThat(files()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/lake/a%00b", "/la%00ke/a", "/lake/%FF", "/lake/%zz", "/lake?prefix=%00"})
  void pathsThatAreNoTextAreRefused(String path) throws IOException {
    RawClient.Reply reply =
        raw.raw(
            ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII),
            new byte[0]);
    assertThat(reply.code()).isEqualTo("InvalidURI");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /lake?acl",
        "GET /lake?policy",
        "GET /lake?lifecycle",
        "PUT /lake?encryption",
        "PUT /lake/key?acl",
        "PUT /lake/key?retention",
        "GET /lake/key?torrent",
        "POST /lake/key?restore",
        "POST /lake/key?select&select-type=2",
        "DELETE /lake?website",
        "GET /lake?something-new",
        "PUT /lake/key?versionId=null",
        "PATCH /lake"
      })
  void whatIsNotImplementedSaysSo(String line) throws IOException {
    String[] words = line.split(" ", 2);
    RawClient.Reply reply = raw.send(words[0], words[1]);
    assertThat(reply.code())
        .isEqualTo(words[0].equals("PATCH") ? "MethodNotAllowed" : "NotImplemented");
    nothingStored();
  }

  @Test
  void headersThatWouldChangeTheMeaningAreNotIgnored() throws IOException {
    for (String header :
        List.of(
            "x-amz-server-side-encryption: AES256",
            "x-amz-storage-class: GLACIER",
            "x-amz-acl: public-read",
            "x-amz-object-lock-mode: GOVERNANCE",
            "x-amz-tagging-directive: REPLACE",
            "x-amz-if-match-size: 1",
            "if-unmodified-since: Sat, 21 Nov 2026 10:00:00 GMT",
            "x-amz-grant-read: id=x",
            "x-amz-write-offset-bytes: 5",
            "x-amz-expected-bucket-owner: 123")) {
      String[] words = header.split(": ", 2);
      assertThat(put(Map.of(words[0], words[1]), UNSIGNED, BODY).code())
          .as(header)
          .isEqualTo("NotImplemented");
    }
    nothingStored();
  }

  @Test
  void lengthsThatAreMissingOrNonsenseAreRefused() throws IOException {
    Signer.Signed none = raw.sign("PUT", "/lake/key", Map.of(), UNSIGNED);
    assertThat(raw.send(none, new byte[0]).code()).isEqualTo("MissingContentLength");
    assertThat(raw.send("PUT", "/UPPER").code()).isEqualTo("InvalidBucketName");
    assertThat(put(Map.of("content-length", "-1"), UNSIGNED, BODY).status()).isIn(400, 0);
    Signer.Signed huge =
        raw.sign("PUT", "/lake/key", Map.of("content-length", "6000000000"), UNSIGNED);
    assertThat(raw.send(huge, BODY).code()).isEqualTo("EntityTooLarge");
    nothingStored();
  }

  @Test
  void whatIsNotHttpAnswersXml() throws IOException {
    RawClient.Reply reply =
        raw.raw("NONSENSE\r\n\r\n".getBytes(StandardCharsets.US_ASCII), new byte[0]);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("BadRequest");
  }

  @Test
  void overriddenHeadersCannotSplitTheAnswer() throws IOException {
    assertThat(raw.send("PUT", "/lake/key").status()).isEqualTo(200);
    RawClient.Reply reply = raw.send("GET", "/lake/key?response-content-type=a%0D%0Ax-evil%3A%201");
    assertThat(reply.code()).isEqualTo("InvalidArgument");
    assertThat(reply.text()).doesNotContain("x-evil: 1\r\n");
  }

  @Test
  void documentsThatAreHostileAreRefused() throws IOException {
    String bomb =
        "<!DOCTYPE a [<!ENTITY b \"c\">]><Delete><Object><Key>&b;</Key></Object></Delete>";
    for (String document : List.of(bomb, "", "<Delete/>", "<Delete><Object/></Delete>", "<a")) {
      Signer.Signed signed =
          raw.sign(
              "POST",
              "/lake?delete",
              Map.of("content-length", Integer.toString(document.length())),
              UNSIGNED);
      assertThat(raw.send(signed, document.getBytes(StandardCharsets.US_ASCII)).code())
          .as(document)
          .isEqualTo("MalformedXML");
    }
    Signer.Signed large =
        raw.sign("POST", "/lake?delete", Map.of("content-length", "3000000"), UNSIGNED);
    assertThat(raw.send(large, new byte[3_000_000]).code()).isEqualTo("MaxMessageLengthExceeded");
  }

  @Test
  void metadataBeyondAsciiComesBackAsItWasSent() throws IOException {
    byte[] utf8 = "\u00fcml\u00e4ut \u20ac".getBytes(StandardCharsets.UTF_8);
    String value = new String(utf8, StandardCharsets.UTF_8);
    Signer.Signed signed =
        raw.sign(
            "PUT", "/lake/key", Map.of("content-length", "0", "x-amz-meta-a", value), UNSIGNED);
    Map<String, List<String>> onWire = new HashMap<>(signed.request().headers());
    onWire.put("x-amz-meta-a", List.of(new String(utf8, StandardCharsets.ISO_8859_1)));
    Signer.Signed sent =
        new Signer.Signed(WireRequest.of("PUT", "/lake/key", onWire), signed.key(), "");
    assertThat(raw.send(sent, new byte[0]).status()).isEqualTo(200);
    assertThat(
            lake.store()
                .find("lake", "key", Optional.empty())
                .orElseThrow()
                .attributes()
                .metadata())
        .containsEntry("a", value);
    assertThat(raw.send("GET", "/lake/key").text()).contains("x-amz-meta-a: " + value);
  }
}
