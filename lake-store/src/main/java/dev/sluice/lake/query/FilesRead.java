package dev.sluice.lake.query;

import java.nio.file.Path;
import java.util.List;

/**
 * The files that a query reads.
 *
 * @param skipped how many there are besides in the snapshots that it reads
 */
record FilesRead(List<Path> paths, long skipped) {
  static final FilesRead NONE = new FilesRead(List.of(), 0);

  FilesRead {
    paths = List.copyOf(paths);
  }
}
