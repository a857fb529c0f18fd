package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlCommandTest {
  private TypedCommand typed;
  private Path data;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    data = directory;
    typed = new TypedCommand(directory, SqlCommand::new);
  }

  @AfterAll
  void stop() throws Exception {
    typed.stop();
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

  @Test
  void severalStatementsStopAtTheFirstThatFails() throws Exception {
    assertThat(run(0, "SELECT 1 AS a; SELECT ';' AS b;", "--format", "csv"))
        .isEqualTo("a\r\n1\r\nb\r\n;\r\n");
    assertThat(run(1, "SELECT 1; SELECT nope; SELECT 3")).startsWith("statement 2 of 3: ");
    Path file = Files.writeString(data.resolve("queries.sql"), "-- one;\nSELECT 5 AS five;\n");
    assertThat(run(0, "", "--format", "ndjson", "--file", file.toString()))
        .isEqualTo("{\"five\":5}\n");
    assertThat(run(2, "", "--file", data.resolve("absent").toString()))
        .contains("there is no file");
  }

  @Test
  void parametersAndRowsAreTheCallers() {
    assertThat(
            run(
                0,
                "SELECT ? + 1 AS n, ? AS t FROM range(9)",
                "--param",
                "41",
                "--param",
                "it's",
                "--max-rows",
                "1",
                "--format",
                "csv"))
        .isEqualTo("n,t\r\n42,it's\r\n");
    assertThat(run(2, "SELECT 1; SELECT 2", "--param", "1")).contains("for one query");
  }

  @Test
  void aFileAppearsWhenTheAnswerIsWhole() throws Exception {
    Path file = data.resolve("answer.parquet");
    run(0, "SELECT range AS n FROM range(7)", "--format", "parquet", "--output", file.toString());
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery("SELECT sum(n) FROM '" + file + "'")) {
      rows.next();
      assertThat(rows.getLong(1)).isEqualTo(21);
    }
    Path broken = data.resolve("broken.csv");
    String failing =
        "SELECT CAST(CASE WHEN range = 1500000 THEN 'word' ELSE '7' END AS INT) AS n"
            + " FROM range(2000000)";
    assertThat(run(1, failing, "--format", "csv", "--output", broken.toString()))
        .contains("broke off");
    assertThat(broken).doesNotExist();
    assertThat(data.resolve("broken.csv.part")).doesNotExist();
    assertThat(run(1, failing, "--format", "ndjson")).contains("Could not convert string 'word'");
    assertThat(run(1, failing, "--max-rows", "9999999")).contains("Could not convert");
  }

  private String run(int expected, String... words) {
    return typed.run(expected, words);
  }
}
