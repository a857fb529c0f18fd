package dev.sluice.lake.usage;

import dev.sluice.lake.database.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract over SQLite. */
class SqliteUsageTest implements UsageContract {
  @TempDir private Path directory;

  @Override
  public DatabaseSettings place() {
    return DatabaseSettings.file(directory.resolve("book.db"), 2);
  }
}
