package dev.sluice.lake.object;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the files a crash left that no row names, while the store is in use: files whose names
 * this run gave out are not looked at. A thread that ends by itself; closing stops and joins it.
 */
final class Sweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final FileVault vault;
  private final Rows rows;
  private final String firstOfThisRun;
  private final Thread thread;
  private volatile boolean closing;
  private long swept;

  Sweep(FileVault vault, Rows rows, String firstOfThisRun) {
    this.vault = vault;
    this.rows = rows;
    this.firstOfThisRun = firstOfThisRun;
    this.thread = new Thread(this::run, "object-store-sweep");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      swept = vault.sweep(this::stays);
    } catch (IOException | RuntimeException e) {
      LOG.warn("files that no object has stay until the next start: {}", e.toString());
    }
  }

  private boolean stays(String file) {
    return closing
        || file.compareTo(firstOfThisRun) >= 0
        || rows.get(RowKey.file(file)).isPresent();
  }

  long swept() {
    join();
    return swept;
  }

  private void join() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing = true;
    join();
  }
}
