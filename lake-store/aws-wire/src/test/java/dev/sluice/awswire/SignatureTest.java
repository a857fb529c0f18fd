package dev.sluice.awswire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The examples AWS publishes in the Amazon S3 API Reference, "Authenticating requests (Signature
 * Version 4)".
 */
class SignatureTest {
  private static final Credential KEY =
      new Credential("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private final Signer signer = new Signer(KEY, "us-east-1", "s3");
  private final Verifier verifier =
      new Verifier(
          "s3",
          name -> name.equals(KEY.accessKey()) ? Optional.of(KEY) : Optional.<Credential>empty());

  private static WireRequest request(String method, String target, Map<String, String> headers) {
    Map<String, List<String>> all = new HashMap<>();
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    all.put("Host", List.of("examplebucket.s3.amazonaws.com"));
    return WireRequest.of(method, target, all);
  }

  private static String code(Verification verification) {
    return ((Verification.Rejected) verification).fault().code();
  }

  @Test
  void aRangedGetIsSignedAsPublished() {
    Signer.Signed signed =
        signer.sign(request("GET", "/test.txt", Map.of("Range", "bytes=0-9")), EMPTY, NOW);
    assertThat(signed.signature())
        .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    assertThat(verifier.verify(signed.request(), NOW)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void aPutWithEscapedKeyIsSignedAsPublished() {
    Signer.Signed signed =
        signer.sign(
            request(
                "PUT",
                "/test$file.text",
                Map.of(
                    "Date", "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class", "REDUCED_REDUNDANCY")),
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            NOW);
    assertThat(signed.signature())
        .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  }

  @Test
  void subresourcesAndListingsAreSignedAsPublished() {
    assertThat(signer.sign(request("GET", "/?lifecycle", Map.of()), EMPTY, NOW).signature())
        .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    assertThat(
            signer.sign(request("GET", "/?max-keys=2&prefix=J", Map.of()), EMPTY, NOW).signature())
        .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  @Test
  void aPresignedUrlIsSignedAsPublishedAndExpires() {
    WireRequest get = request("GET", "/test.txt", Map.of());
    String query = signer.presign(get, Duration.ofDays(1), NOW);
    assertThat(query).endsWith("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    WireRequest sent = request("GET", "/test.txt?" + query, Map.of());
    assertThat(verifier.verify(sent, NOW.plusSeconds(86000)))
        .isInstanceOf(Verification.Verified.class);
    assertThat(code(verifier.verify(sent, NOW.plusSeconds(86401)))).isEqualTo("AccessDenied");
    WireRequest other = request("GET", "/test2.txt?" + query, Map.of());
    assertThat(code(verifier.verify(other, NOW))).isEqualTo("SignatureDoesNotMatch");
  }

  private Signer.Signed chunkedPut() {
    Signer.Signed signed =
        signer.sign(
            WireRequest.of(
                "PUT",
                "/examplebucket/chunkObject.txt",
                Map.of(
                    "Host", List.of("s3.amazonaws.com"),
                    "x-amz-storage-class", List.of("REDUCED_REDUNDANCY"),
                    "Content-Encoding", List.of("aws-chunked"),
                    "x-amz-decoded-content-length", List.of("66560"),
                    "Content-Length", List.of("66824"))),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            NOW);
    assertThat(signed.signature())
        .isEqualTo("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    return signed;
  }

  private static byte[] body(Signer.Signed signed) throws IOException {
    byte[] first = new byte[65536];
    byte[] second = new byte[1024];
    Arrays.fill(first, (byte) 'a');
    Arrays.fill(second, (byte) 'a');
    ChunkSigner chunks = new ChunkSigner(signed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(chunks.chunk(first));
    out.write(chunks.chunk(second));
    out.write(chunks.chunk(new byte[0]));
    return out.toByteArray();
  }

  @Test
  void signedChunksAreSignedAndDecodedAsPublished() throws IOException {
    Signer.Signed signed = chunkedPut();
    byte[] wire = body(signed);
    assertThat(new String(wire, StandardCharsets.ISO_8859_1))
        .contains("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        .contains("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
        .contains("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    assertThat(wire).hasSize(66824);
    Verification.Verified verified = (Verification.Verified) verifier.verify(signed.request(), NOW);
    for (int step : new int[] {1, 7, 8192, wire.length}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BodyDecoder decoder = BodyDecoder.of(verified, 66560);
      feed(decoder, wire, step, out);
      assertThat(decoder.finish()).isEmpty();
      assertThat(out.size()).isEqualTo(66560);
    }
  }

  @Test
  void signedTrailersAreSignedAndVerifiedAsPublished() throws IOException {
    Signer.Signed signed =
        signer.sign(
            WireRequest.of(
                "PUT",
                "/examplebucket/chunkObject.txt",
                Map.of(
                    "Host", List.of("s3.amazonaws.com"),
                    "x-amz-storage-class", List.of("REDUCED_REDUNDANCY"),
                    "Content-Encoding", List.of("aws-chunked"),
                    "x-amz-decoded-content-length", List.of("66560"),
                    "x-amz-trailer", List.of("x-amz-checksum-crc32c"))),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            NOW);
    assertThat(signed.signature())
        .isEqualTo("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    Verification.Verified verified = (Verification.Verified) verifier.verify(signed.request(), NOW);
    String trailer = "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:";
    String signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    BodyDecoder good = BodyDecoder.of(verified, 66560);
    feed(good, withTrailer(signed, trailer + signature), 777, new ByteArrayOutputStream());
    assertThat(good.finish()).containsEntry("x-amz-checksum-crc32c", "sOO8/Q==");
    BodyDecoder bad = BodyDecoder.of(verified, 66560);
    String forged = trailer.replace("sOO8", "sOO9") + signature;
    feed(bad, withTrailer(signed, forged), 777, new ByteArrayOutputStream());
    assertThatThrownBy(bad::finish).hasMessageContaining("trailing headers");
  }

  private static byte[] withTrailer(Signer.Signed signed, String trailer) throws IOException {
    byte[] body = body(signed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // Without the empty line that ends a body with no trailing headers.
    out.write(body, 0, body.length - 2);
    out.writeBytes((trailer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static void feed(BodyDecoder decoder, byte[] wire, int step, ByteArrayOutputStream out)
      throws IOException {
    for (int at = 0; at < wire.length; at += step) {
      decoder.feed(
          ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)),
          bytes -> {
            while (bytes.hasRemaining()) {
              out.write(bytes.get());
            }
          });
    }
  }

  @Test
  void aChangedOrMissingChunkIsRefused() throws IOException {
    Signer.Signed signed = chunkedPut();
    byte[] wire = body(signed);
    Verification.Verified verified = (Verification.Verified) verifier.verify(signed.request(), NOW);
    byte[] changed = wire.clone();
    changed[300] = 'b';
    assertThatThrownBy(
            () -> feed(BodyDecoder.of(verified, 66560), changed, 999, new ByteArrayOutputStream()))
        .hasMessageContaining("signature");
    BodyDecoder cut = BodyDecoder.of(verified, 66560);
    feed(cut, Arrays.copyOf(wire, wire.length - 100), 999, new ByteArrayOutputStream());
    assertThatThrownBy(cut::finish)
        .isInstanceOfSatisfying(
            AwsFault.class, fault -> assertThat(fault.code()).isEqualTo("IncompleteBody"));
  }

  @Test
  void unsignedChunksCarryTheirTrailingChecksum() throws IOException {
    String wire = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    BodyDecoder decoder = BodyDecoder.unsignedChunks(5);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    feed(decoder, wire.getBytes(StandardCharsets.US_ASCII), 3, out);
    assertThat(decoder.finish()).containsEntry("x-amz-checksum-crc32", "NhCmhg==");
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
  }

  @Test
  void clocksFarApartStrangersAndUnsignedHeadersAreRefused() {
    WireRequest get = signer.sign(request("GET", "/test.txt", Map.of()), EMPTY, NOW).request();
    assertThat(verifier.verify(get, NOW.plusSeconds(899)))
        .isInstanceOf(Verification.Verified.class);
    assertThat(code(verifier.verify(get, NOW.plusSeconds(901)))).isEqualTo("RequestTimeTooSkewed");
    assertThat(code(verifier.verify(get, NOW.minusSeconds(901)))).isEqualTo("RequestTimeTooSkewed");
    Signer stranger = new Signer(new Credential("OTHER", "secret"), "us-east-1", "s3");
    assertThat(
            code(
                verifier.verify(
                    stranger.sign(request("GET", "/", Map.of()), EMPTY, NOW).request(), NOW)))
        .isEqualTo("InvalidAccessKeyId");
    Map<String, List<String>> more = new HashMap<>(get.headers());
    more.put("x-amz-copy-source", List.of("/secret/key"));
    assertThat(code(verifier.verify(WireRequest.of("GET", "/test.txt", more), NOW)))
        .isEqualTo("AccessDenied");
    Signer elsewhere = new Signer(KEY, "us-east-1", "ec2");
    assertThat(
            code(
                verifier.verify(
                    elsewhere.sign(request("GET", "/", Map.of()), EMPTY, NOW).request(), NOW)))
        .isEqualTo("AuthorizationHeaderMalformed");
    assertThat(verifier.verify(request("GET", "/", Map.of()), NOW))
        .isInstanceOf(Verification.Anonymous.class);
  }

  @Test
  void pathsAreNeverNormalised() {
    for (String path : List.of("/a/../b", "/a//b", "/a/%2F/b", "/%C3%BC", "/a+b%20c")) {
      WireRequest signed = signer.sign(request("GET", path, Map.of()), EMPTY, NOW).request();
      assertThat(verifier.verify(signed, NOW)).isInstanceOf(Verification.Verified.class);
    }
    assertThat(Percent.decodePath("/a/../b")).isEqualTo("/a/../b");
    assertThatThrownBy(() -> Percent.decodePath("/%zz")).isInstanceOf(AwsFault.class);
    assertThatThrownBy(() -> Percent.decodePath("/%C3")).isInstanceOf(AwsFault.class);
  }
}
