package dev.sluice.lake;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL on this machine, from its binaries; it also starts where the user is root. */
public final class Postgres implements AutoCloseable {
  /** Unpacked once. */
  private static final Path BINARIES =
      Path.of(System.getProperty("java.io.tmpdir"), "postgres-binaries");

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final Path directory;
  private final String synced;
  private EmbeddedPostgres server;

  /** Started with the first test that asks, stopped with the JVM. */
  private static final class Shared {
    static final Postgres SERVER = start();

    private static Postgres start() {
      try {
        return new Postgres(Files.createTempDirectory("postgres"), "off");
      } catch (IOException e) {
        throw new UncheckedIOException("no PostgreSQL for the tests", e);
      }
    }
  }

  public Postgres(Path directory) throws IOException {
    this(directory, "on");
  }

  /** With {@code synced} off, what a power loss would leave is not what is tested. */
  private Postgres(Path directory, String synced) throws IOException {
    this.directory = directory;
    this.synced = synced;
    this.server = start(0);
  }

  private EmbeddedPostgres start(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(BINARIES.toFile())
            .setDataDirectory(directory.resolve("data"))
            .setCleanDataDirectory(false)
            .setServerConfig("shared_buffers", "32MB")
            .setServerConfig("fsync", synced)
            .setServerConfig("synchronous_commit", synced);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  /** Ends it without a chance to tidy up, and has the same data served at the same port again. */
  public void killAndRestart() throws IOException {
    Path pid = directory.resolve("data").resolve("postmaster.pid");
    ProcessHandle process =
        ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).strip())).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
    int port = server.getPort();
    server.close();
    Files.deleteIfExists(pid);
    server = start(port);
  }

  /**
   * What makes a catalog keep its names in a new database of the one server that the tests of this
   * JVM share. Who kills a server has one of its own.
   */
  public static Map<String, String> ofItsOwn() throws SQLException {
    String name = "lake_" + DATABASES.incrementAndGet();
    try (Connection connection = Shared.SERVER.server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return Shared.SERVER.settings(name);
  }

  /** What makes a catalog keep its names there. */
  public Map<String, String> settings() {
    return settings("postgres");
  }

  private Map<String, String> settings(String database) {
    return Map.of(
        "SLUICE_CATALOG_DATABASE",
        "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database,
        "SLUICE_CATALOG_DATABASE_USER",
        "postgres",
        "SLUICE_CATALOG_DATABASE_PASSWORD",
        "postgres");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
