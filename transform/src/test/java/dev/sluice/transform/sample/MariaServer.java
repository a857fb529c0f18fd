package dev.sluice.transform.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real MariaDB in a process of its own, where the machine has one. */
public final class MariaServer implements Production {
  private static final Path BINARY = Path.of("/usr/sbin/mariadbd");
  private static final Path TABLES = Path.of("/usr/share/mysql");

  private static final class Shared {
    static final MariaServer SERVER = start();
  }

  /** How often another may have taken the port. */
  private static final int TURNS = 3;

  private final Path folder;
  private int port;

  private MariaServer(Path folder) {
    this.folder = folder;
  }

  /** The server; a test that asks is skipped where there is none. */
  public static MariaServer shared() {
    Assumptions.assumeTrue(
        Files.isExecutable(BINARY),
        "skipped: there is no mariadbd; apt-get install mariadb-server-core");
    return Shared.SERVER;
  }

  private static MariaServer start() {
    try {
      MariaServer server = new MariaServer(Files.createTempDirectory("mariadb"));
      server.bootstrap();
      for (int turn = 1; turn <= TURNS; turn++) {
        Process process = server.run();
        if (server.listens(process)) {
          Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
          return server;
        }
        process.destroyForcibly();
      }
      throw new IOException("MariaDB did not start: " + Files.readString(server.log()));
    } catch (IOException e) {
      throw new UncheckedIOException("no MariaDB for the tests", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("no MariaDB for the tests", e);
    }
  }

  /** Starts it at a port that was free a moment ago. */
  private Process run() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return new ProcessBuilder(
            BINARY.toString(),
            "--no-defaults",
            "--user=" + System.getProperty("user.name"),
            "--datadir=" + folder,
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--port=" + port,
            "--socket=" + beside(".socket"),
            "--init-file=" + beside(".users.sql"),
            "--innodb-buffer-pool-size=16M",
            "--innodb-log-file-size=8M",
            "--innodb-flush-log-at-trx-commit=0",
            // Times must not depend on where a server is.
            "--default-time-zone=+05:30")
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private Path log() {
    return beside(".log");
  }

  private Path beside(String ending) {
    return folder.resolveSibling(folder.getFileName() + ending);
  }

  /** Makes the tables of a server's own. */
  private void bootstrap() throws IOException, InterruptedException {
    Path script = beside(".sql");
    Files.writeString(
        script,
        "CREATE DATABASE mysql;\nUSE mysql;\n"
            + Files.readString(TABLES.resolve("mysql_system_tables.sql"))
            + Files.readString(TABLES.resolve("mysql_system_tables_data.sql")));
    Files.writeString(
        beside(".users.sql"),
        """
        CREATE DATABASE shop CHARACTER SET utf8mb4;
        CREATE USER admin@'%';
        GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION;
        CREATE USER reader@'%' IDENTIFIED BY 'PASSWORD';
        GRANT ALL ON shop.* TO reader@'%';
        """
            .replace("'PASSWORD'", "'" + PASSWORD + "'"));
    Process process =
        new ProcessBuilder(
                BINARY.toString(),
                "--no-defaults",
                "--bootstrap",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + folder,
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=8M")
            .redirectInput(script.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("MariaDB was not set up: " + Files.readString(log()));
    }
  }

  private boolean listens(Process process) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    while (process.isAlive() && Instant.now().isBefore(deadline)) {
      if (Files.readString(log()).contains("ready for connections")) {
        return true;
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    return false;
  }

  @Override
  public String kind() {
    return "mysql";
  }

  @Override
  public String url() {
    return "jdbc:mariadb://127.0.0.1:" + port + "/shop";
  }

  @Override
  public Connection admin() throws SQLException {
    return DriverManager.getConnection(url(), "admin", "");
  }
}
