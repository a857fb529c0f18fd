package dev.sluice.lake.object;

import java.util.Arrays;
import java.util.List;

/** Where the bytes of one version are. */
sealed interface Content {
  /** In the row itself. */
  record Inline(byte[] bytes) implements Content {
    @Override
    public boolean equals(Object other) {
      return other instanceof Inline inline && Arrays.equals(bytes, inline.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Inline[" + bytes.length + " bytes]";
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
