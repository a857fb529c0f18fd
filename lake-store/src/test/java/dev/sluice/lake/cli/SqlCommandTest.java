package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.lake.CatalogRig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlCommandTest {
  private CatalogRig rig;
  private Path data;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    data = directory;
    rig = new CatalogRig(directory.resolve("lake"));
    new Endpoints(
            URI.create("http://127.0.0.1:1"),
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            "127.0.0.1:1",
            rig.lake().s3().orElseThrow(),
            rig.uri(),
            Optional.empty(),
            new Endpoints.Credentials("a", "b", "c"),
            ProcessHandle.current().pid())
        .write(directory);
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  @Test
  void aTableIsAlignedAndSaysHowManyRowsThereAre() {
    String printed = run(0, "SELECT 1 AS id, 'ab' AS name UNION ALL VALUES (100, NULL) ORDER BY 1");
    assertThat(printed)
        .startsWith(String.format(" id  name%n---  ----%n  1  ab%n100  NULL%n2 rows in "));
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(run(0, "SELECT 'a,\"b' AS x, '' AS e, NULL AS n, [1,2] AS l", "--format", "csv"))
        .isEqualTo("x,e,n,l\r\n\"a,\"\"b\",\"\",,\"[1,2]\"\r\n");
  }

  @Test
  void jsonIsTheAnswerItself() {
    assertThat(run(0, "SELECT 1 AS x", "--format", "json")).contains("\"rows\":[[1]]");
  }

  @Test
  void anErrorIsTheEnginesOwnMessageAndExitCodeOne() {
    assertThat(run(CommandFailure.FAILED, "SELECT nope")).contains("nope");
    assertThat(run(CommandFailure.FAILED, "SELECT * FROM raw.none")).contains("raw.none");
    assertThat(run(2, "SELECT 1", "--format", "xml")).isNotEmpty();
  }

  private String run(int expected, String sql, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new SqlCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println(failure.getMessage());
                  return failure instanceof CommandFailure told ? told.exitCode() : 99;
                });
    String[] arguments = new String[more.length + 3];
    arguments[0] = "--data";
    arguments[1] = data.toString();
    arguments[2] = sql;
    System.arraycopy(more, 0, arguments, 3, more.length);
    int code = command.execute(arguments);
    assertThat(code).as(err.toString()).isEqualTo(expected);
    return expected == 0 ? out.toString() : err.toString();
  }
}
