package dev.sluice.transform.sample;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A real PostgreSQL from its binaries, started with the first test that asks. */
public final class PostgresServer implements Production {
  private static final Path BINARIES =
      Path.of(System.getProperty("java.io.tmpdir"), "postgres-binaries");

  private static final class Shared {
    static final PostgresServer SERVER = start();
  }

  private final EmbeddedPostgres server;

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  private static PostgresServer start() {
    try {
      PostgresServer server =
          new PostgresServer(
              EmbeddedPostgres.builder()
                  .setOverrideWorkingDirectory(BINARIES.toFile())
                  .setDataDirectory(Files.createTempDirectory("postgres").resolve("data"))
                  .setServerConfig("shared_buffers", "32MB")
                  .setServerConfig("fsync", "off")
                  .start());
      // Trust is for those who come from this machine; the reader is asked for a password.
      server.sql(
          "CREATE ROLE reader LOGIN PASSWORD '" + PASSWORD + "'",
          "GRANT ALL ON SCHEMA public TO reader",
          "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO reader",
          "COPY (SELECT 'host all reader,submitted all scram-sha-256' UNION ALL SELECT 'host all all all trust')"
              + " TO PROGRAM 'cat > pg_hba.conf'",
          "SELECT pg_reload_conf()");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("no PostgreSQL for the tests", e);
    } catch (SQLException e) {
      throw new IllegalStateException("no PostgreSQL for the tests", e);
    }
  }

  @Override
  public String kind() {
    return "postgresql";
  }

  @Override
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
  }

  @Override
  public Connection admin() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }
}
