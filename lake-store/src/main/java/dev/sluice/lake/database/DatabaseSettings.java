package dev.sluice.lake.database;

import dev.sluice.daemon.Secret;
import java.nio.file.Path;
import java.util.Optional;

/** Which database, and how it is reached. */
public record DatabaseSettings(
    String url, Optional<String> user, Optional<Secret> password, int connections) {
  /** A file; a commit is on disk when SQLite says so: FULL flushes the log at each one. */
  public static DatabaseSettings file(Path file, int connections) {
    String url =
        "jdbc:sqlite:"
            + file.toAbsolutePath()
            + "?journal_mode=WAL&synchronous=FULL&busy_timeout=20000&transaction_mode=IMMEDIATE";
    return new DatabaseSettings(url, Optional.empty(), Optional.empty(), connections);
  }
}
