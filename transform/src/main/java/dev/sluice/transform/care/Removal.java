package dev.sluice.transform.care;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SupportsBulkOperations;

/** Deletes files and says how large they were. One that is gone already is no failure. */
final class Removal {
  private static final int AT_ONCE = 8;

  private Removal() {}

  static long remove(FileIO io, Collection<String> files) {
    if (files.isEmpty()) {
      return 0;
    }
    long bytes = size(io, files);
    if (io instanceof SupportsBulkOperations bulk) {
      bulk.deleteFiles(files);
    } else {
      files.forEach(io::deleteFile);
    }
    return bytes;
  }

  private static long size(FileIO io, Collection<String> files) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Long>> sizes = new ArrayList<>();
      for (String file : files) {
        sizes.add(threads.submit(() -> size(io, file)));
      }
      long bytes = 0;
      for (Future<Long> size : sizes) {
        bytes += size.get();
      }
      return bytes;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("ended while files were measured", ended);
    } catch (ExecutionException broken) {
      throw new IllegalStateException(broken.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static long size(FileIO io, String file) {
    try {
      return io.newInputFile(file).getLength();
    } catch (NotFoundException gone) {
      return 0;
    }
  }
}
