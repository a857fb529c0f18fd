package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The directory that a sandbox can read, and in it the files of its query, linked to where they
 * stand. Hard links, for DuckDB follows others to the end and refuses what it finds there. A file
 * keeps its name and no other gets it: what DuckDB remembers by a name, such as what it has read
 * lately, is true of that file when the next query reads it.
 */
final class Enclosure {
  /** Of the files admitted lately so many have their names remembered. */
  private static final int NAMES = 4_096;

  private final Path directory;
  private final Set<Path> links = new HashSet<>();
  private final Map<Path, Path> names =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Path> eldest) {
          return size() > NAMES;
        }
      };
  private long named;

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
      Path link = names.computeIfAbsent(file, any -> directory.resolve(Long.toString(named++)));
      places.add(link);
      if (links.contains(link)) {
        continue;
      }
      try {
        Files.createLink(link, file);
      } catch (IOException | UnsupportedOperationException failure) {
        throw new UnlinkedException(failure);
      }
      links.add(link);
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
