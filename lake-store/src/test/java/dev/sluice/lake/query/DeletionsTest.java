package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionsTest {
  @Test
  void whatIsLoadedIsFoundAlthoughIcebergAsksOnSeveralThreads(@TempDir Path directory)
      throws Exception {
    Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    Deletions.Loader loader =
        new Deletions.Loader(new HadoopTables().create(schema, directory.toString()));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> askers =
          IntStream.range(0, 4).<Callable<Boolean>>mapToObj(i -> () -> finds(loader, i)).toList();
      for (Future<Boolean> all : threads.invokeAll(askers)) {
        assertThat(all.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static boolean finds(Deletions.Loader loader, int asker) {
    return IntStream.range(0, 50_000)
        .mapToObj(i -> asker + "/" + i)
        .allMatch(key -> key.equals(loader.getOrLoad(key, () -> key, 1)));
  }
}
