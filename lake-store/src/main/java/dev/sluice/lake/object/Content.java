package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.util.List;

/** Where the bytes of one version are. */
sealed interface Content {
  /** In the row itself. */
  final class Inline implements Content {
    private final byte[] bytes;

    /** Takes the array over: nobody may change it from here on. */
    Inline(byte[] bytes) {
      this.bytes = bytes;
    }

    ByteBuffer bytes() {
      return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
  }

  /** One piece, in a file of its own or in a segment. */
  record Whole(Extent extent) implements Content {}

  /**
   * The parts of a multipart upload, in order; their bytes were never copied together. Where the
   * upload asked for checksums, one for each part.
   */
  record Parts(List<Extent> extents, List<String> checksums) implements Content {
    public Parts {
      extents = List.copyOf(extents);
      checksums = List.copyOf(checksums);
    }

    Parts(List<Extent> extents) {
      this(extents, List.of());
    }
  }

  /** A delete marker has no bytes. */
  record Nothing() implements Content {}

  default List<Extent> extents() {
    if (this instanceof Whole whole) {
      return List.of(whole.extent());
    }
    return this instanceof Parts parts ? parts.extents() : List.of();
  }
}
