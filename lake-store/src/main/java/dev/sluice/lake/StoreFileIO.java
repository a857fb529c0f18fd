package dev.sluice.lake;

import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.OpenObject;
import dev.sluice.lake.object.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * The tables' files in the store of this process, without the S3 protocol in between: the catalog
 * reads and writes a metadata file at every commit.
 */
final class StoreFileIO implements FileIO {
  private static final long serialVersionUID = 1L;
  private static final Pattern LOCATION = Pattern.compile("s3[an]?://([^/]+)/(.+)", Pattern.DOTALL);

  /** As S3 has it. */
  private static final int LONGEST_KEY = 1024;

  private final transient ObjectStore store;
  private final Map<String, String> properties;

  /**
   * @param properties those that the catalog's files have; Iceberg's cache of manifests reads them
   */
  StoreFileIO(ObjectStore store, Map<String, String> properties) {
    this.store = store;
    this.properties = Map.copyOf(properties);
  }

  /** One object by the name that tables know it by. */
  record Place(ObjectStore store, String location, String bucket, String key) {
    Optional<ObjectVersion> find() {
      try {
        return store.find(bucket, key, Optional.empty()).filter(found -> !found.deleteMarker());
      } catch (StoreException refused) {
        if (refused.reason() == StoreException.Reason.NO_SUCH_BUCKET) {
          return Optional.empty();
        }
        throw refused;
      }
    }

    OpenObject open() {
      try {
        return store
            .open(bucket, key, Optional.empty())
            .filter(Place::shown)
            .orElseThrow(this::gone);
      } catch (StoreException refused) {
        throw refused.reason() == StoreException.Reason.NO_SUCH_BUCKET ? gone() : refused;
      }
    }

    private static boolean shown(OpenObject opened) {
      if (opened.version().deleteMarker()) {
        opened.close();
        return false;
      }
      return true;
    }

    NotFoundException gone() {
      return new NotFoundException("File does not exist: %s", location);
    }
  }

  private Place place(String location) {
    Matcher parts = LOCATION.matcher(location);
    if (!parts.matches()) {
      throw new ValidationException(
          "'%s' is not like s3://bucket/key, which is how the store here names files", location);
    }
    int bytes = parts.group(2).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_KEY) {
      throw new ValidationException(
          "the name of the file is too long, %s bytes of %s: shorten the name or the location of"
              + " what it is for: %s",
          bytes, LONGEST_KEY, location);
    }
    return new Place(store, location, parts.group(1), parts.group(2));
  }

  @Override
  public InputFile newInputFile(String location) {
    return new Input(place(location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new StoreOutput(place(location));
  }

  @Override
  public void deleteFile(String location) {
    Place place = place(location);
    try {
      store.delete(place.bucket(), place.key(), Condition.none());
    } catch (StoreException refused) {
      if (refused.reason() != StoreException.Reason.NO_SUCH_BUCKET) {
        throw refused;
      }
    }
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  /** The store is closed by whoever opened it. */
  @Override
  public void close() {}

  record Input(Place place) implements InputFile {
    @Override
    public long getLength() {
      return place.find().orElseThrow(place::gone).size();
    }

    @Override
    public SeekableInputStream newStream() {
      return new StoreInput(place.open());
    }

    @Override
    public String location() {
      return place.location();
    }

    @Override
    public boolean exists() {
      return place.find().isPresent();
    }
  }
}
