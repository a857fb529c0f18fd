package dev.sluice.awswire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the bytes of a request body into the bytes of the object, verifying on the way. Bytes go
 * out before they are verified as a whole: only a body that {@link #finish} accepts may be
 * believed.
 */
public sealed interface BodyDecoder permits PlainBody, ChunkedBody {
  void feed(ByteBuffer wire, ByteSink sink) throws IOException;

  /** Call once, at the end of the body; the trailing headers, names in lower case. */
  Map<String, String> finish();

  /** The decoder for a verified request. The decoded length is what the request announces. */
  static BodyDecoder of(Verification.Verified verified, long decodedLength) {
    Payload payload = verified.payload();
    if (payload instanceof Payload.Hashed hashed) {
      return new PlainBody(decodedLength, Optional.of(hashed.sha256Hex()));
    }
    if (payload instanceof Payload.SignedChunks chunks) {
      ChunkedBody.Trailers trailers =
          chunks.trailer() ? ChunkedBody.Trailers.SIGNED : ChunkedBody.Trailers.NONE;
      return new ChunkedBody(
          Optional.of(verified.key()), verified.seedSignature(), trailers, decodedLength);
    }
    if (payload instanceof Payload.UnsignedChunks) {
      return unsignedChunks(decodedLength);
    }
    return unsigned(decodedLength);
  }

  static BodyDecoder unsigned(long length) {
    return new PlainBody(length, Optional.empty());
  }

  static BodyDecoder unsignedChunks(long decodedLength) {
    return new ChunkedBody(Optional.empty(), "", ChunkedBody.Trailers.PLAIN, decodedLength);
  }
}
