package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.iceberg.io.FileIO;

/** Where a table's immutable file can be read as a file of this machine. */
public interface FileLocator {
  /**
   * A file of this machine with the whole content.
   *
   * @param files reads the table's files, wherever they are
   * @param location as the table names it
   * @param length as the table knows it, in bytes
   */
  Lease locate(FileIO files, String location, long length) throws IOException;

  /** Keeps a file where it is until closed. */
  interface Lease extends AutoCloseable {
    Path path();

    @Override
    void close();
  }
}
