package dev.sluice.awswire;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * The signature a form carries in its fields: it covers the policy document, which says what the
 * form may be used for (Amazon S3 API Reference, "Authenticating requests in browser-based uploads
 * using POST"). How long it holds is the policy's to say.
 */
public record PolicySignature(
    String algorithm, String credential, String date, String signature, String policy) {

  public Verification verify(String service, Function<String, Optional<Credential>> keys) {
    try {
      return check(service, keys);
    } catch (AwsFault fault) {
      return new Verification.Rejected(fault);
    }
  }

  private Verification check(String service, Function<String, Optional<Credential>> keys) {
    if (!algorithm.equals(SigningKey.ALGORITHM)) {
      throw new AwsFault(
          400, "InvalidArgument", "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
    }
    Instant signedAt = Verifier.basicDate(date);
    NamedKey named;
    try {
      named = NamedKey.parse(credential, service, BasicTime.format(signedAt).substring(0, 8));
    } catch (IllegalArgumentException e) {
      throw new AwsFault(
          400, "AuthorizationQueryParametersError", "X-Amz-Credential: " + e.getMessage());
    }
    Credential known = keys.apply(named.accessKey()).orElseThrow(Verifier::unknownKey);
    SigningKey key = new SigningKey(known, named.scope(), date);
    if (!Digests.same(key.signPolicy(policy), signature)) {
      throw new AwsFault(
              403,
              "SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided."
                  + " Check your key and signing method.")
          .with("AWSAccessKeyId", named.accessKey())
          .with("StringToSign", policy)
          .with("SignatureProvided", signature);
    }
    return new Verification.Verified(
        named.accessKey(), named.scope(), new Payload.Unsigned(), key, signature);
  }
}
