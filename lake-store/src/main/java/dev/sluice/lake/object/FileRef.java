package dev.sluice.lake.object;

/** An immutable file that a row owns: its name, its length, the CRC32C of its bytes. */
record FileRef(String id, long length, int crc32c) {
  FileRef {
    if (!id.matches("[0-9a-f]{32}") || length < 0) {
      throw new IllegalArgumentException("not a file of the store: " + id);
    }
  }
}
