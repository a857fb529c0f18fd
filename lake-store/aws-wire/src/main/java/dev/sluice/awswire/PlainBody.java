package dev.sluice.awswire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/** A body sent as it is, perhaps with its SHA-256 in the signature. */
final class PlainBody implements BodyDecoder {
  private final long length;
  private final Optional<String> sha256Hex;
  private final MessageDigest digest = Digests.digest("SHA-256");
  private long taken;

  PlainBody(long length, Optional<String> sha256Hex) {
    this.length = length;
    this.sha256Hex = sha256Hex;
  }

  @Override
  public void feed(ByteBuffer wire, ByteSink sink) throws IOException {
    taken += wire.remaining();
    if (taken > length) {
      throw ChunkedBody.incomplete();
    }
    if (sha256Hex.isPresent()) {
      digest.update(wire.duplicate());
    }
    sink.accept(wire);
  }

  @Override
  public Map<String, String> finish() {
    if (taken != length) {
      throw ChunkedBody.incomplete();
    }
    if (sha256Hex.isPresent() && !sha256Hex.get().equals(Digests.hex(digest.digest()))) {
      throw new AwsFault(
          400,
          "XAmzContentSHA256Mismatch",
          "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
    return Map.of();
  }
}
