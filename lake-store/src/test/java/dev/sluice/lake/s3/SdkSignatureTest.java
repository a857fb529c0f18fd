package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.BodyDecoder;
import dev.sluice.awswire.Checksum;
import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Verification;
import dev.sluice.awswire.Verifier;
import dev.sluice.awswire.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.IoUtils;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** What the SDK signs we verify, whatever the names; and nothing else. */
class SdkSignatureTest {
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final Credential KEY = new Credential("key", "secret/+=");
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final Verifier verifier =
      new Verifier(
          "s3",
          name -> name.equals(KEY.accessKey()) ? Optional.of(KEY) : Optional.<Credential>empty());

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            " ",
            "+",
            "~",
            "/",
            "//",
            ".",
            "..",
            "%",
            "%2F",
            "%20",
            "\u00fc",
            "\u20ac",
            "\ud83d\ude00",
            "&",
            "=",
            ";",
            ":",
            ",",
            "'",
            "(",
            ")",
            "*",
            "!",
            "$",
            "@",
            "#",
            "?",
            "\\",
            "[",
            "]",
            "{",
            "|",
            "^",
            "`",
            "\"",
            "<",
            "\n",
            "a",
            "Z",
            "0",
            "-",
            "_")
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<String> headerValues() {
    return Arbitraries.of("a", "B", " ", "  ", "\t", ",", "\u20ac", "=", "\"")
        .list()
        .ofMaxSize(10)
        .map(list -> String.join("", list));
  }

  /** All but CRC64NVME, for which the SDK needs native code. */
  @Provide
  Arbitrary<Optional<Checksum>> checksums() {
    return Arbitraries.of(Checksum.CRC32, Checksum.CRC32C, Checksum.SHA1, Checksum.SHA256)
        .optional();
  }

  private static SdkHttpRequest.Builder request(String key) {
    return SdkHttpRequest.builder()
        .method(SdkHttpMethod.PUT)
        .protocol("http")
        .host("lake.localhost")
        .port(9000)
        .encodedPath("/lake/" + SdkHttpUtils.urlEncodeIgnoreSlashes(key));
  }

  private SignRequest.Builder<AwsCredentialsIdentity> signing(SdkHttpRequest request) {
    return SignRequest.builder(AwsCredentialsIdentity.create(KEY.accessKey(), KEY.secretKey()))
        .request(request)
        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC))
        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false);
  }

  private static WireRequest wire(SdkHttpRequest signed) {
    return new WireRequest(
        signed.method().name(),
        signed.encodedPath(),
        signed.encodedQueryParameters().orElse(""),
        signed.headers());
  }

  private boolean verified(WireRequest wire) {
    return verifier.verify(wire, NOW) instanceof Verification.Verified;
  }

  /** The same path or query as other clients would write it: escapes where none are needed. */
  private static String rewritten(String encoded, Random random) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < encoded.length(); at++) {
      char c = encoded.charAt(at);
      if (c == '%') {
        String escape = encoded.substring(at, at + 3);
        out.append(random.nextBoolean() ? escape.toLowerCase(Locale.ROOT) : escape);
        at += 2;
      } else if (Character.isLetterOrDigit(c) && random.nextInt(4) == 0) {
        out.append(String.format("%%%02X", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  @Property(tries = 400)
  void headersAreVerifiedAndNothingSaidOtherwiseIs(
      @ForAll("texts") String key,
      @ForAll("texts") String name,
      @ForAll("texts") String value,
      @ForAll("headerValues") String meta,
      @ForAll Random random) {
    SdkHttpRequest request =
        request(key)
            .putRawQueryParameter(name, value)
            .putRawQueryParameter("uploads", (String) null)
            .putHeader("x-amz-meta-a", meta)
            .build();
    WireRequest wire = wire(signer.sign(signing(request).build()).request());
    assertThat(verified(wire)).isTrue();
    WireRequest same =
        new WireRequest(
            wire.method(),
            rewritten(wire.rawPath(), random),
            rewritten(wire.rawQuery(), random).replace("%20", random.nextBoolean() ? "+" : "%20"),
            wire.headers());
    assertThat(verified(same)).isTrue();
    Map<String, List<String>> spaced = new HashMap<>(wire.headers());
    spaced.put("x-amz-meta-a", List.of("  " + meta.replace(" ", "  ") + "\t "));
    assertThat(verified(new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery(), spaced)))
        .isTrue();
    for (WireRequest other : changed(wire)) {
      assertThat(verified(other))
          .as(other.method() + " " + other.rawPath() + "?" + other.rawQuery())
          .isFalse();
    }
  }

  private static List<WireRequest> changed(WireRequest wire) {
    Map<String, List<String>> meta = new HashMap<>(wire.headers());
    meta.put("x-amz-meta-a", List.of(wire.header("x-amz-meta-a").orElse("") + "x"));
    Map<String, List<String>> more = new HashMap<>(wire.headers());
    more.put("x-amz-meta-b", List.of("unsigned"));
    Map<String, List<String>> twice = new HashMap<>(wire.headers());
    twice.put("x-amz-date", List.of(wire.header("x-amz-date").orElse(""), "20260203T040506Z"));
    return List.of(
        new WireRequest("GET", wire.rawPath(), wire.rawQuery(), wire.headers()),
        new WireRequest(wire.method(), wire.rawPath() + "/", wire.rawQuery(), wire.headers()),
        new WireRequest(wire.method(), "/" + wire.rawPath(), wire.rawQuery(), wire.headers()),
        new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery() + "&acl", wire.headers()),
        new WireRequest(wire.method(), wire.rawPath(), "", wire.headers()),
        new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery(), meta),
        new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery(), more),
        new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery(), twice));
  }

  @Property(tries = 200)
  void presignedAddressesHoldFromTheirStartToTheirEnd(
      @ForAll("texts") String key,
      @ForAll("texts") String value,
      @ForAll @IntRange(min = 1, max = 604_800) int seconds) {
    SdkHttpRequest request = request(key).putRawQueryParameter("prefix", value).build();
    WireRequest wire =
        wire(
            signer
                .sign(
                    signing(request)
                        .putProperty(
                            AwsV4FamilyHttpSigner.AUTH_LOCATION,
                            AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(
                            AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofSeconds(seconds))
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .build())
                .request());
    assertThat(verified(wire)).isTrue();
    assertThat(verifier.verify(wire, NOW.plusSeconds(seconds)))
        .isInstanceOf(Verification.Verified.class);
    for (Instant when : List.of(NOW.plusSeconds(seconds + 1L), NOW.minusSeconds(901))) {
      assertThat(verifier.verify(wire, when)).isInstanceOf(Verification.Rejected.class);
    }
    for (String more : List.of("&versionId=x", "&X-Amz-Expires=1")) {
      WireRequest other =
          new WireRequest(wire.method(), wire.rawPath(), wire.rawQuery() + more, wire.headers());
      assertThat(verified(other)).isFalse();
    }
  }

  /** A body as it goes over the wire, and what announced it. */
  private record Sent(WireRequest head, ByteBuffer body, Optional<Checksum> checksum) {
    byte[] wire() {
      return bytesOf(body);
    }
  }

  private Sent chunked(byte[] body, Optional<Checksum> checksum, boolean signChunks)
      throws IOException {
    SdkHttpRequest request =
        request("key").putHeader("content-length", Integer.toString(body.length)).build();
    SignRequest.Builder<AwsCredentialsIdentity> signing =
        signing(request)
            .payload(ContentStreamProvider.fromByteArray(body))
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, signChunks)
            .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true);
    checksum.ifPresent(
        each ->
            signing.putProperty(
                AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM,
                DefaultChecksumAlgorithm.fromValue(each.name())));
    SignedRequest signed = signer.sign(signing.build());
    try (InputStream in = signed.payload().orElseThrow().newStream()) {
      return new Sent(wire(signed.request()), ByteBuffer.wrap(IoUtils.toByteArray(in)), checksum);
    }
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }

  private record Received(ByteBuffer bytes, Map<String, String> trailers) {
    byte[] body() {
      return bytesOf(bytes);
    }
  }

  /** As the server does it: decode, then compare the trailing checksum. */
  private Received receive(Sent sent, byte[] wire, int step) throws IOException {
    Verification.Verified head = (Verification.Verified) verifier.verify(sent.head(), NOW);
    assertThat(head.payload().chunked()).isTrue();
    long length = Long.parseLong(sent.head().header("x-amz-decoded-content-length").orElseThrow());
    BodyDecoder decoder = BodyDecoder.of(head, length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < wire.length; at += step) {
      decoder.feed(
          ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)),
          piece -> {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            out.writeBytes(copy);
          });
    }
    Map<String, String> trailers = decoder.finish();
    if (sent.checksum().isPresent()) {
      Checksum.Running running = sent.checksum().get().start();
      running.update(ByteBuffer.wrap(out.toByteArray()));
      if (!running.base64().equals(trailers.get(sent.checksum().get().header()))) {
        throw new AwsFault(400, "BadDigest", "");
      }
    }
    return new Received(ByteBuffer.wrap(out.toByteArray()), trailers);
  }

  @Property(tries = 60)
  void chunkedBodiesComeOutAsTheyWentInAndDamageNeverPasses(
      @ForAll @IntRange(min = 1, max = 400_000) int size,
      @ForAll("checksums") Optional<Checksum> checksum,
      @ForAll boolean signChunks,
      @ForAll @IntRange(min = 1, max = 100_000) int step,
      @ForAll Random random)
      throws IOException {
    byte[] body = new byte[size];
    random.nextBytes(body);
    // Chunks with neither a signature nor a trailing checksum do not exist.
    Optional<Checksum> used =
        signChunks ? checksum : checksum.or(() -> Optional.of(Checksum.CRC32));
    Sent sent = chunked(body, used, signChunks);
    Received received = receive(sent, sent.wire(), step);
    assertThat(received.body()).isEqualTo(body);
    assertThat(received.trailers()).hasSize(used.isPresent() ? 1 : 0);
    for (int round = 0; round < 10; round++) {
      byte[] damaged = sent.wire();
      int at =
          round % 2 == 0
              ? random.nextInt(damaged.length)
              : Math.max(0, damaged.length - 1 - random.nextInt(200));
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      try {
        Received other = receive(sent, damaged, step);
        // What is still accepted, such as a size in capitals, means the same.
        assertThat(other.body()).isEqualTo(body);
        assertThat(other.trailers()).isEqualTo(received.trailers());
      } catch (AwsFault refused) {
        assertThat(refused.status()).isIn(400, 403);
      }
    }
  }
}
