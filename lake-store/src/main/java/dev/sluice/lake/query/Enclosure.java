package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory that a sandbox can read, and in it the files of its query, linked to where they
 * stand. Hard links, for DuckDB follows others to the end and refuses what it finds there. A name
 * is never given twice: whatever DuckDB may remember by a name is true of that file.
 */
final class Enclosure {
  private final Path directory;
  private final List<Path> links = new ArrayList<>();
  private long admitted;

  private Enclosure(Path directory) {
    this.directory = directory;
  }

  static Enclosure in(Path directory) throws IOException {
    return new Enclosure(Files.createDirectory(directory));
  }

  Path directory() {
    return directory;
  }

  /** Where each of the files can be read from now on, until it is cleared. */
  List<Path> admit(List<Path> files) throws UnlinkedException {
    List<Path> places = new ArrayList<>(files.size());
    for (Path file : files) {
      Path link = directory.resolve(Long.toString(admitted++));
      try {
        Files.createLink(link, file);
      } catch (IOException | UnsupportedOperationException failure) {
        throw new UnlinkedException(failure);
      }
      links.add(link);
      places.add(link);
    }
    return places;
  }

  void clear() throws IOException {
    for (Path link : links) {
      Files.delete(link);
    }
    links.clear();
  }

  void remove() throws IOException {
    clear();
    Files.delete(directory);
  }
}
