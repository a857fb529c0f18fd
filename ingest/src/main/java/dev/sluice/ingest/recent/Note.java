package dev.sluice.ingest.recent;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the store knows of one shard.
 *
 * @param offset what the table needed next when the shard's last ids were written
 * @param windowMillis how far back ids were kept then
 * @param knownSince ids received before are not all there, within the window or not
 * @param spans where its ids lie
 */
record Note(long offset, long windowMillis, long knownSince, List<Long> spans) {

  Note {
    spans = List.copyOf(spans);
  }

  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate((3 + spans.size()) * Long.BYTES);
    bytes.putLong(offset).putLong(windowMillis).putLong(knownSince);
    spans.forEach(bytes::putLong);
    return bytes.array();
  }

  static Note decode(byte[] bytes) {
    long[] words = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(words);
    return new Note(
        words[0], words[1], words[2], java.util.Arrays.stream(words).skip(3).boxed().toList());
  }
}
