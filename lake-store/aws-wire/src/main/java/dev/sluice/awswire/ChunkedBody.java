package dev.sluice.awswire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code aws-chunked} coding (Amazon S3 API Reference, "Signature calculations for the
 * Authorization header: transferring payload in multiple chunks"). Fed piece by piece; holds at
 * most one line.
 *
 * <pre>
 * SIZE  --line--> DATA --all bytes--> DATA_END --CRLF--> SIZE
 * SIZE  --size 0--> TRAILER --empty line--> DONE
 * </pre>
 */
final class ChunkedBody implements BodyDecoder {
  enum Trailers {
    NONE,
    PLAIN,
    SIGNED
  }

  private enum State {
    SIZE,
    DATA,
    DATA_END,
    TRAILER,
    DONE
  }

  private static final int MAX_LINE = 4096;
  private static final int MAX_TRAILERS = 16;

  /** Smaller chunks cost a signature for next to nothing; only the last may be. */
  private static final int MIN_CHUNK = 8192;

  private static final String SIGNATURE = "chunk-signature=";

  private final Optional<SigningKey> key;
  private final Trailers allowed;
  private final long decodedLength;
  private final StringBuilder line = new StringBuilder();
  private final MessageDigest digest = Digests.digest("SHA-256");
  private final Map<String, String> trailers = new LinkedHashMap<>();

  private State state = State.SIZE;
  private String previousSignature;
  private String chunkSignature = "";
  private Optional<String> trailerSignature = Optional.empty();
  private long remaining;
  private long decoded;
  private long size = MIN_CHUNK;
  private int chunks;

  ChunkedBody(
      Optional<SigningKey> key, String seedSignature, Trailers allowed, long decodedLength) {
    this.key = key;
    this.previousSignature = seedSignature;
    this.allowed = allowed;
    this.decodedLength = decodedLength;
  }

  @Override
  public void feed(ByteBuffer wire, ByteSink sink) throws IOException {
    while (wire.hasRemaining()) {
      if (state == State.DATA) {
        data(wire, sink);
      } else if (state == State.DONE) {
        throw malformed("bytes after the last chunk");
      } else if (readLine(wire)) {
        String text = line.toString();
        line.setLength(0);
        line(text);
      }
    }
  }

  private void line(String text) {
    if (state == State.SIZE) {
      size(text);
    } else if (state == State.DATA_END) {
      if (!text.isEmpty()) {
        throw malformed("a chunk is longer than it says");
      }
      state = State.SIZE;
    } else {
      trailer(text);
    }
  }

  private boolean readLine(ByteBuffer wire) {
    while (wire.hasRemaining()) {
      char c = (char) (wire.get() & 0xff);
      if (c == '\n') {
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') {
          line.setLength(end - 1);
        }
        return true;
      }
      if (line.length() >= MAX_LINE) {
        throw malformed("a line is longer than " + MAX_LINE + " bytes");
      }
      line.append(c);
    }
    return false;
  }

  private void size(String text) {
    int semicolon = text.indexOf(';');
    String hex = (semicolon < 0 ? text : text.substring(0, semicolon)).trim();
    if (!hex.matches("[0-9a-fA-F]{1,12}")) {
      throw malformed("a chunk size is not a hexadecimal number");
    }
    remaining = Long.parseLong(hex, 16);
    if (remaining > 0 && size < MIN_CHUNK) {
      throw new AwsFault(
              403,
              "InvalidChunkSizeError",
              "Only the last chunk is allowed to have a size less than 8192 bytes")
          .with("Chunk", Integer.toString(chunks))
          .with("BadChunkSize", Long.toString(size));
    }
    chunks++;
    size = remaining;
    if (key.isPresent()) {
      String extension = semicolon < 0 ? "" : text.substring(semicolon + 1).trim();
      if (!extension.startsWith(SIGNATURE)) {
        throw malformed("a chunk carries no signature");
      }
      chunkSignature = extension.substring(SIGNATURE.length());
    }
    if (remaining > 0) {
      state = State.DATA;
      if (decoded + remaining > decodedLength) {
        throw incomplete();
      }
    } else {
      endOfChunk();
      state = State.TRAILER;
    }
  }

  private void data(ByteBuffer wire, ByteSink sink) throws IOException {
    int take = (int) Math.min(remaining, wire.remaining());
    ByteBuffer slice = wire.slice(wire.position(), take);
    wire.position(wire.position() + take);
    if (key.isPresent()) {
      digest.update(slice.duplicate());
    }
    remaining -= take;
    decoded += take;
    sink.accept(slice);
    if (remaining == 0) {
      endOfChunk();
      state = State.DATA_END;
    }
  }

  private void endOfChunk() {
    if (key.isPresent()) {
      String expected = key.get().signChunk(previousSignature, Digests.hex(digest.digest()));
      if (!Digests.same(expected, chunkSignature)) {
        throw mismatch("a chunk");
      }
      previousSignature = expected;
    }
  }

  private void trailer(String text) {
    if (text.isEmpty()) {
      // Some clients put an empty line between the trailing headers and their signature.
      if (allowed != Trailers.SIGNED || trailers.isEmpty() || trailerSignature.isPresent()) {
        state = State.DONE;
      }
      return;
    }
    int colon = text.indexOf(':');
    if (colon <= 0 || allowed == Trailers.NONE || trailers.size() >= MAX_TRAILERS) {
      throw malformedTrailer();
    }
    String name = text.substring(0, colon).trim().toLowerCase(Locale.ROOT);
    String value = text.substring(colon + 1).trim();
    if (allowed == Trailers.SIGNED && name.equals("x-amz-trailer-signature")) {
      trailerSignature = Optional.of(value);
    } else if (trailers.put(name, value) != null) {
      throw malformedTrailer();
    }
  }

  @Override
  public Map<String, String> finish() {
    if (state == State.TRAILER && line.length() == 0 && trailersComplete()) {
      state = State.DONE;
    }
    if (state != State.DONE || decoded != decodedLength) {
      throw incomplete();
    }
    if (allowed == Trailers.SIGNED) {
      StringBuilder canonical = new StringBuilder();
      trailers.forEach(
          (name, value) -> canonical.append(name).append(':').append(value).append('\n'));
      String expected = key.orElseThrow().signTrailer(previousSignature, canonical.toString());
      if (!Digests.same(expected, trailerSignature.orElse(""))) {
        throw mismatch("the trailing headers");
      }
    }
    return Map.copyOf(trailers);
  }

  /** Whether the body may end here without the closing empty line, which some clients leave out. */
  private boolean trailersComplete() {
    return allowed == Trailers.NONE || trailerSignature.isPresent();
  }

  static AwsFault incomplete() {
    return new AwsFault(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header or"
            + " x-amz-decoded-content-length.");
  }

  private static AwsFault malformed(String why) {
    return new AwsFault(400, "IncompleteBody", "The aws-chunked body is malformed: " + why + ".");
  }

  private static AwsFault malformedTrailer() {
    return new AwsFault(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our"
            + " published schema.");
  }

  private static AwsFault mismatch(String what) {
    return new AwsFault(
        403,
        "SignatureDoesNotMatch",
        "The signature of " + what + " does not match the signature we calculated.");
  }

  /** One signed chunk as a client sends it. */
  static byte[] encode(String signature, byte[] data) {
    byte[] head =
        (Integer.toHexString(data.length) + ";" + SIGNATURE + signature + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + data.length + 2)
        .put(head)
        .put(data)
        .put((byte) '\r')
        .put((byte) '\n')
        .array();
  }
}
