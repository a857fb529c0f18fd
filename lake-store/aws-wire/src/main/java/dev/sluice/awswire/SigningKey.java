package dev.sluice.awswire;

import java.nio.charset.StandardCharsets;

/**
 * A secret bound to a {@link Scope} and an instant: all that is needed to sign one request and its
 * chunks.
 */
public final class SigningKey {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private final byte[] key;
  private final String timestamp;
  private final Scope scope;

  /** The timestamp is in AWS's basic form, {@code 20130524T000000Z}. */
  public SigningKey(Credential credential, Scope scope, String timestamp) {
    this(derive(credential, scope), scope, timestamp);
  }

  SigningKey(byte[] key, Scope scope, String timestamp) {
    this.key = key;
    this.timestamp = timestamp;
    this.scope = scope;
  }

  static byte[] derive(Credential credential, Scope scope) {
    byte[] seed = ("AWS4" + credential.secretKey()).getBytes(StandardCharsets.UTF_8);
    byte[] day = Digests.hmac(seed, scope.day());
    byte[] region = Digests.hmac(day, scope.region());
    byte[] service = Digests.hmac(region, scope.service());
    return Digests.hmac(service, Scope.TERMINATOR);
  }

  String signRequest(String canonicalRequest) {
    return sign(ALGORITHM + "\n" + head() + Digests.sha256Hex(canonicalRequest));
  }

  /** The signature of one chunk, which covers the signature before it. */
  public String signChunk(String previousSignature, String chunkSha256) {
    String tail = previousSignature + "\n" + Digests.EMPTY_SHA256 + "\n" + chunkSha256;
    return sign(ALGORITHM + "-PAYLOAD\n" + head() + tail);
  }

  /** The signature of trailing headers, each given as {@code name:value\n}. */
  public String signTrailer(String previousSignature, String trailers) {
    String tail = previousSignature + "\n" + Digests.sha256Hex(trailers);
    return sign(ALGORITHM + "-TRAILER\n" + head() + tail);
  }

  /** The signature of the policy document of a form, in base 64. */
  public String signPolicy(String policy) {
    return sign(policy);
  }

  private String head() {
    return timestamp + "\n" + scope + "\n";
  }

  private String sign(String text) {
    return Digests.hex(Digests.hmac(key, text));
  }
}
