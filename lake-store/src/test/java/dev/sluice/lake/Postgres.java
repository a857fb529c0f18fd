package dev.sluice.lake;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A real PostgreSQL on this machine, from its binaries; it also starts where the user is root. */
public final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  public Postgres(Path directory) throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
            .setDataDirectory(directory.resolve("data"))
            .setServerConfig("shared_buffers", "32MB")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start();
  }

  /** What makes a catalog keep its names there. */
  public Map<String, String> settings() {
    return Map.of(
        "SLUICE_CATALOG_DATABASE", "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres",
        "SLUICE_CATALOG_DATABASE_USER", "postgres",
        "SLUICE_CATALOG_DATABASE_PASSWORD", "postgres");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
