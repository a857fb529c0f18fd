package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.util.List;

/** Where the bytes of one version are. */
sealed interface Content {
  /** In the row itself. */
  final class Inline implements Content {
    private final byte[] bytes;

    Inline(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    ByteBuffer bytes() {
      return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
  }

  /** One file. */
  record Whole(FileRef file) implements Content {}

  /** The files of a multipart upload, in order; their bytes were never copied together. */
  record Parts(List<FileRef> files) implements Content {
    public Parts {
      files = List.copyOf(files);
    }
  }

  /** A delete marker has no bytes. */
  record Nothing() implements Content {}

  default List<FileRef> files() {
    if (this instanceof Whole whole) {
      return List.of(whole.file());
    }
    return this instanceof Parts parts ? parts.files() : List.of();
  }
}
