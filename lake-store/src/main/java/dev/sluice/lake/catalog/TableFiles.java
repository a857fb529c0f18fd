package dev.sluice.lake.catalog;

import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/** The tables' files, as the catalog itself reaches them, and the metadata read from them. */
final class TableFiles implements AutoCloseable {
  private final FileIO io;
  private final MetadataCache cache;

  TableFiles(FileIO io, long cacheBytes) {
    this.io = io;
    this.cache = new MetadataCache(cacheBytes);
  }

  FileIO io() {
    return io;
  }

  TableMetadata read(String location) {
    return cache
        .find(location)
        .orElseGet(
            () -> {
              TableMetadata read = TableMetadataParser.read(io, location);
              cache.put(location, read);
              return read;
            });
  }

  /** The same, but what is held in memory counts only while its file is there. */
  TableMetadata present(String location) {
    if (cache.find(location).isPresent()) {
      check(location);
    }
    return read(location);
  }

  void check(String location) {
    if (!io.newInputFile(location).exists()) {
      throw new NotFoundException("Failed to open input stream for file: %s; it is gone", location);
    }
  }

  /** What was just written there, so that it need not be read back. */
  TableMetadata written(String location, TableMetadata metadata) {
    TableMetadata same =
        TableMetadataParser.fromJson(location, TableMetadataParser.toJson(metadata));
    cache.put(location, same);
    return same;
  }

  @Override
  public void close() {
    io.close();
  }
}
