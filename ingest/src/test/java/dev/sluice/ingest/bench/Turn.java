package dev.sluice.ingest.bench;

import dev.sluice.ingest.ChildJvm;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/**
 * One contender at work.
 *
 * @param worker the process that reads the log and writes files
 * @param store the process that keeps them for it, where there is one
 * @param table finds the table as any reader sees it
 * @param collections the worker's log of garbage collections
 * @param rest what else is open, ended last to first
 */
record Turn(
    ChildJvm worker,
    Optional<ChildJvm> store,
    Supplier<Optional<Table>> table,
    Path collections,
    List<Closeable> rest)
    implements AutoCloseable {

  Turn {
    rest = List.copyOf(rest);
  }

  /**
   * The flags of every worker: the same heap, there from the start, so that none collects more
   * often because its heap is still small; the collector the JVM picks; its log in a file.
   */
  static List<String> flags(String heap, Path collections) {
    return List.of("-Xms" + heap, "-Xmx" + heap, "-Xlog:gc:file=" + collections);
  }

  @Override
  public void close() throws IOException {
    worker.close();
    for (int i = rest.size() - 1; i >= 0; i--) {
      rest.get(i).close();
    }
  }
}
