package dev.sluice.awswire;

/**
 * Signs the chunks of a {@code STREAMING-AWS4-HMAC-SHA256-PAYLOAD} body, one after the other, as a
 * client does.
 */
public final class ChunkSigner {
  private final SigningKey key;
  private String previous;

  public ChunkSigner(Signer.Signed signed) {
    this.key = signed.key();
    this.previous = signed.signature();
  }

  /** The wire form of the next chunk; an empty one ends the body. */
  public byte[] chunk(byte[] data) {
    previous = key.signChunk(previous, Digests.hex(Digests.digest("SHA-256").digest(data)));
    return ChunkedBody.encode(previous, data);
  }
}
