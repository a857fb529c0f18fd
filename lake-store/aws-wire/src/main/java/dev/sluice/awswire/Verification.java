package dev.sluice.awswire;

/** What a signature says of a request. */
public sealed interface Verification {
  /** The request carries no signature. */
  record Anonymous() implements Verification {}

  /**
   * The holder of the access key sent exactly this request; the key and seed go on to verify
   * chunks.
   */
  record Verified(
      String accessKey, Scope scope, Payload payload, SigningKey key, String seedSignature)
      implements Verification {}

  /** The signature is wrong, old, or not understood. */
  record Rejected(AwsFault fault) implements Verification {}
}
