package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows after a write that failed: they are opened anew, or not, and never touched when closed. */
class RowsTest {
  @TempDir Path directory;
  private final AtomicInteger looked = new AtomicInteger();
  private Rows rows;

  @BeforeEach
  void open() throws IOException {
    rows = Rows.open(ObjectSettings.in(directory));
    RowBatch batch = new RowBatch();
    batch.put(key("kept"), key("value"));
    rows.commit(batch);
  }

  @AfterEach
  void close() throws IOException {
    rows.close();
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Not to be carried out, for it is written backwards: RocksDB takes no write after it. */
  private void breakRows() {
    RowBatch batch = new RowBatch();
    batch.removeRange(key("b"), key("a"));
    assertThatThrownBy(() -> rows.commit(batch)).isInstanceOf(IllegalStateException.class);
    assertThat(rows.broken()).isPresent();
  }

  @Test
  void rowsThatCannotBeOpenedAnewAreNotTouchedAndTriedAgain() throws IOException {
    breakRows();
    Path current = directory.resolve("rows").resolve("CURRENT");
    byte[] there = Files.readAllBytes(current);
    Files.write(current, key("nonsense"));
    assertThatThrownBy(() -> rows.revive(looked::incrementAndGet))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> rows.get(key("kept"))).hasMessageContaining("opened again");
    assertThatThrownBy(() -> rows.cursor(key("k"))).hasMessageContaining("opened again");
    assertThatThrownBy(rows::sync).hasMessageContaining("opened again");
    assertThat(rows.broken()).isPresent();
    assertThat(looked).hasValue(0);
    rows.close();
    assertThatThrownBy(() -> rows.get(key("kept"))).hasMessageContaining("closed");
    Files.write(current, there);
  }

  @Test
  void rowsThatAreClosedAreNotOpenedAnew() throws IOException {
    breakRows();
    rows.close();
    rows.revive(looked::incrementAndGet);
    assertThat(looked).hasValue(0);
    assertThatThrownBy(() -> rows.get(key("kept"))).hasMessageContaining("closed");
  }
}
