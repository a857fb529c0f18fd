package dev.sluice.lake.book;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.lake.catalog.registry.Change;
import dev.sluice.lake.catalog.registry.Deed;
import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Standing;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.view.ViewMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a rename the other rooms hear before the book notes it, and then never again. */
class RenamesTest {
  private final List<Change> log = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Collection<Long>> removed = new LinkedBlockingQueue<>();
  private Database database;

  @BeforeEach
  void open(@TempDir Path directory) {
    database = new Database(DatabaseSettings.file(directory.resolve("book.db"), 2));
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** A log from which nothing goes, as when each end is a kill. */
  private final class Log implements Source {
    @Override
    public List<Change> changes(int limit) {
      return List.copyOf(log);
    }

    @Override
    public List<Long> waiting(int limit) {
      return log.stream().map(Change::number).toList();
    }

    @Override
    public List<Change> renames(int limit) {
      return List.copyOf(log);
    }

    @Override
    public void remove(Collection<Long> numbers) {
      removed.add(List.copyOf(numbers));
    }

    @Override
    public List<Standing> standing() {
      return List.of();
    }

    @Override
    public TableMetadata table(String location) {
      throw new UnsupportedOperationException(location);
    }

    @Override
    public ViewMetadata view(String location) {
      throw new UnsupportedOperationException(location);
    }
  }

  private void renamed(long number, String from, String to) {
    log.add(
        new Change(
            number,
            Instant.EPOCH,
            "ann",
            Deed.RENAME,
            Kind.TABLE,
            TableIdentifier.of("raw", from),
            Optional.of(TableIdentifier.of("raw", to)),
            Optional.of("m"),
            Optional.of("m")));
  }

  private DataBook start(Renames renames) {
    Access everybody =
        new Access() {
          @Override
          public boolean mayRead(String caller, Namespace namespace) {
            return true;
          }

          @Override
          public boolean mayWrite(String caller, Namespace namespace) {
            return true;
          }
        };
    Others none =
        new Others() {
          @Override
          public List<Other> all() {
            return List.of();
          }

          @Override
          public boolean mayRead(String caller) {
            return false;
          }
        };
    DataBook book =
        DataBook.open(
            database,
            new Log(),
            new Neighbourhood(
                everybody,
                (caller, sql) -> new Sampling.Refused(404, "none", "none"),
                List.of(),
                table -> 0,
                renames,
                none),
            Settings.read(BookSettings.class, Optional.empty(), Map.of()),
            new SimpleMeterRegistry(),
            () -> Instant.EPOCH,
            new Random(1));
    book.start();
    return book;
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void aRenameThatWasToldBeforeAKillIsToldAgainUnlessTheBookHadNotedIt() throws Exception {
    renamed(1, "a", "b");
    DataBook killed =
        start(
            (from, to) -> {
              told.add("killed at " + from);
              throw new NoClassDefFoundError("killed");
            });
    assertThat(next()).isEqualTo("killed at raw.a");
    killed.stop();

    DataBook second = start((from, to) -> told.add(from + " to " + to));
    assertThat(next()).isEqualTo("raw.a to raw.b");
    renamed(2, "b", "c");
    second.news();
    assertThat(next()).isEqualTo("raw.b to raw.c");
    second.stop();
    assertThat(removed.poll(60, TimeUnit.SECONDS)).contains(1L, 2L);

    renamed(3, "c", "d");
    DataBook third = start((from, to) -> told.add(from + " to " + to));
    assertThat(next()).isEqualTo("raw.c to raw.d");
    third.stop();
    assertThat(told).isEmpty();
  }
}
