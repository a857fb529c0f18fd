package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.lake.CatalogRig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt on a real pseudo-terminal. */
class PromptTest {
  private static final String ENDLESS =
      "SELECT sum(hash(a.range, b.range, c.range) % 2)"
          + " FROM range(100000) a, range(100000) b, range(100000) c;";
  private static final String CTRL_C = "\u0003";

  @Test
  void aSessionFromTheFirstLineToTheLast(@TempDir Path data) throws Exception {
    CatalogRig rig = new CatalogRig(data.resolve("lake"));
    try {
      rig.client()
          .createTable(
              TableIdentifier.of("raw", "weather_report"),
              new Schema(Types.NestedField.required(1, "temperature", Types.LongType.get())));
      endpoints(rig).write(data);
      try (PseudoTerminal terminal = new PseudoTerminal(data, 16, 60, command(data))) {
        terminal.await("sluice> ");
        terminal.type("SELECT 40 +\r");
        terminal.await("...> ");
        terminal.type("2 AS answer, NULL AS n;\r");
        assertThat(terminal.await("1 row in ")).contains("answer  n", "    42  NULL");

        terminal.await("sluice> ");
        terminal.type("SELECT count(tempe\t) AS c, 'x' FROM raw.weath\t;\r");
        assertThat(terminal.await("1 row in ")).containsPattern("0 +x");

        terminal.await("sluice> ");
        terminal.type("\\d raw.weather_report\r");
        assertThat(terminal.await("1 row in ")).contains("temperature");
        terminal.await("sluice> ");
        terminal.type("\\timing\r");
        terminal.await("timing is on");
        terminal.await("sluice> ");
        terminal.type("\\format csv\r");
        terminal.await("format is csv");
        terminal.await("sluice> ");
        terminal.type("SELECT 'a\"b' AS q; SELECT 'second' AS r;\r");
        terminal.await("\"a\"\"b\"");
        terminal.await("second");
        terminal.await("time: ");

        terminal.await("sluice> ");
        terminal.type("\\format table\r");
        terminal.await("format is table");
        terminal.await("sluice> ");
        terminal.type("FROM range(100);\r");
        terminal.await("-- more");
        terminal.type("q");
        terminal.await("sluice> ");
        terminal.type("SELECT repeat('w', 200) AS wide;\r");
        assertThat(terminal.await("were cut to fit")).contains("w…");

        terminal.await("sluice> ");
        goWrong(terminal, rig);
        terminal.type("\\q\r");
        assertThat(terminal.end()).isZero();
      }
      Path history = data.resolve("sql-history");
      assertThat(Files.readString(history)).contains("SELECT 40 +");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
          .isEqualTo("rw-------");
    } finally {
      rig.stop();
    }
  }

  private static void goWrong(PseudoTerminal terminal, CatalogRig rig) throws Exception {
    terminal.type("SELECT nope;\r");
    terminal.await("Referenced column \"nope\"");
    terminal.await("sluice> ");
    terminal.type(ENDLESS + "\r");
    awaitRunning(rig);
    terminal.type(CTRL_C);
    terminal.await("the query was cancelled");
    terminal.await("sluice> ");
    terminal.type("half a line" + CTRL_C);
    terminal.await("sluice> ");
    terminal.type("\\nosuch\r");
    terminal.await("no command \\nosuch");
    terminal.await("sluice> ");
  }

  @Test
  void aTerminalGetsNoParquet(@TempDir Path data) throws Exception {
    List<String> command = new ArrayList<>(command(data));
    command.addAll(List.of("--format", "parquet"));
    CatalogRig rig = new CatalogRig(data.resolve("lake"));
    try {
      endpoints(rig).write(data);
      try (PseudoTerminal terminal = new PseudoTerminal(data, 16, 60, command)) {
        terminal.await("parquet is not for a terminal");
        assertThat(terminal.end()).isEqualTo(2);
      }
    } finally {
      rig.stop();
    }
  }

  /** The one before it may still be listed, though its answer is there. */
  private static void awaitRunning(CatalogRig rig) {
    while (!CatalogRig.json(rig.get("/api/v1/sql"))
        .path("queries")
        .findValuesAsText("sql")
        .toString()
        .contains("range(100000)")) {
      Thread.onSpinWait();
    }
  }

  private static List<String> command(Path data) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dsluice.terminal.in=true",
        "-cp",
        System.getProperty("java.class.path"),
        SqlProcess.class.getName(),
        "--data",
        data.toString());
  }

  static Endpoints endpoints(CatalogRig rig) {
    return new Endpoints(
        URI.create("http://127.0.0.1:1"),
        URI.create("http://127.0.0.1:1"),
        Optional.empty(),
        "127.0.0.1:1",
        rig.lake().s3().orElseThrow(),
        rig.uri(),
        Optional.empty(),
        new Endpoints.Credentials("a", "b", "c"),
        ProcessHandle.current().pid());
  }
}
