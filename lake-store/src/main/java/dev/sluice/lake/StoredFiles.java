package dev.sluice.lake;

import dev.sluice.lake.object.LocalFile;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.query.FileLocator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.io.FileIO;

/** Finds files where our own store keeps them; what it keeps in another way is fetched. */
final class StoredFiles implements FileLocator {
  private static final Pattern LOCATION = Pattern.compile("s3a?://([^/]+)/(.+)", Pattern.DOTALL);

  private final ObjectStore store;
  private final FileLocator fetching;

  StoredFiles(ObjectStore store, FileLocator fetching) {
    this.store = store;
    this.fetching = fetching;
  }

  @Override
  public Lease locate(FileIO files, String location, long length) throws IOException {
    Matcher matcher = LOCATION.matcher(location);
    Optional<LocalFile> file =
        matcher.matches() ? store.localFile(matcher.group(1), matcher.group(2)) : Optional.empty();
    return file.isPresent() ? new Held(file.get()) : fetching.locate(files, location, length);
  }

  private record Held(LocalFile file) implements Lease {
    @Override
    public Path path() {
      return file.path().toAbsolutePath();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
