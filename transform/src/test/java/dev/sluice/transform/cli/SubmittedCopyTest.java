package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.Command;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.MariaServer;
import dev.sluice.transform.sample.PostgresServer;
import dev.sluice.transform.sample.Production;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies of both kinds of servers, as users run them: a command, a Spark of its own, a real lake.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SubmittedCopyTest {
  /** A variable of this process that can be a password: a command gets no others. */
  private static final Map.Entry<String, String> VARIABLE =
      System.getenv().entrySet().stream()
          .filter(entry -> entry.getKey().matches("(?!SPARK_)[A-Z_]+"))
          .filter(entry -> entry.getValue().matches("[\\w/.-]{4,60}"))
          .min(Map.Entry.comparingByKey())
          .orElseThrow();

  @TempDir private Path data;

  @Test
  void aCommandCopiesBothKindsOfServers() throws Exception {
    Production maria = MariaServer.shared();
    Production postgres = PostgresServer.shared();
    Path sources = Files.createDirectories(data.resolve("project/sources"));
    Files.writeString(data.resolve("project/project.yaml"), "shipped: none");
    declare(sources, "web", postgres);
    declare(sources, "till", maria);
    String user = "IDENTIFIED BY '" + VARIABLE.getValue() + "'";
    maria.sql(
        "CREATE TABLE goods AS SELECT seq AS id, concat('item ', seq) AS name FROM seq_1_to_30",
        "CREATE USER submitted@'%' " + user,
        "GRANT SELECT ON shop.* TO submitted@'%'");
    postgres.sql(
        "CREATE TABLE goods AS SELECT n AS id, 'item ' || n AS name FROM generate_series(1, 40) n",
        "CREATE ROLE submitted LOGIN IN ROLE reader PASSWORD '" + VARIABLE.getValue() + "'",
        "GRANT SELECT ON goods TO submitted");
    try (LakeProcess lake = LakeProcess.start(data)) {
      Command night =
          Command.etl(
              Clock.systemUTC(),
              "nightly",
              "--date",
              "2026-11-20",
              "--data",
              data.toString(),
              "--project",
              data.resolve("project").toString(),
              "--conf",
              "spark.jars=" + mariaDriver());

      assertThat(night.err()).isEmpty();
      assertThat(night.exit()).isZero();
      assertThat(
              lake.sql(
                  "SELECT (SELECT count(*) FROM source.web_goods WHERE valid_to IS NULL),"
                      + " (SELECT max(name) FROM source.till_goods)"))
          .hasToString("[[40,\"item 9\"]]");
    } finally {
      postgres.sql("DROP TABLE goods", "DROP ROLE submitted");
      maria.sql("DROP TABLE goods", "DROP USER submitted@'%'");
    }
  }

  private static void declare(Path sources, String name, Production server) throws Exception {
    Files.writeString(
        sources.resolve(name + ".yaml"),
        """
        name: %s
        kind: %s
        url: %s
        user: submitted
        password: ${%s}
        tables:
          - {from: goods, mode: snapshot, keys: [id], partition: {column: id, count: 2}}
        """
            .formatted(name, server.kind(), server.url(), VARIABLE.getKey()));
  }

  private static Path mariaDriver() throws Exception {
    return Path.of(
        org.mariadb.jdbc.Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
