package dev.sluice.transform.source;

import static dev.sluice.transform.source.Copies.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.sample.PostgresServer;
import dev.sluice.transform.sample.Production;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a copy while it runs, and to its source between two nights. */
class CopyFailureTest {
  private static final String GATE = "pg_advisory_lock(7)";

  private final PostgresServer server = PostgresServer.shared();
  private Copies copies;

  @BeforeEach
  void folder(@TempDir Path folder) throws Exception {
    copies = new Copies(server, folder);
    server.sql(
        "CREATE TABLE items AS SELECT n AS id, 'item ' || n AS name FROM generate_series(1, 90) n",
        // Who reads rows, and not who counts them, waits in the middle for the gate to open.
        """
        CREATE FUNCTION gate(id int) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          IF id = 45 AND current_query() LIKE 'SELECT "c0"%' THEN
            PERFORM pg_advisory_xact_lock_shared(7);
          END IF;
          RETURN true;
        END $$
        """);
  }

  @AfterEach
  void nothingStays() throws Exception {
    copies.drop();
    server.sql(
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "GRANT ALL ON SCHEMA public TO reader");
  }

  @Test
  void allPartsAreOfOneMomentWhateverIsWrittenMeanwhile() throws Exception {
    try (Connection gate = server.admin();
        Statement statement = gate.createStatement()) {
      statement.execute("SELECT " + GATE);
      CompletableFuture<Dataset<Row>> copy =
          copying(
              "- {from: items, mode: full, where: gate(id), partition: {column: id, count: 3}}");
      awaitAtTheGate(statement, copy);

      assertThat(one(statement, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'"))
          .as("sessions of max_connections: 2")
          .isEqualTo("2");
      server.sql(
          "DELETE FROM items WHERE id % 2 = 0",
          "UPDATE items SET id = id - 60 WHERE id > 80",
          "INSERT INTO items SELECT n, 'new' FROM generate_series(91, 99) n");
      statement.execute("SELECT pg_advisory_unlock(7)");

      assertThat(texts(copy.get(60, TimeUnit.SECONDS), "count(*)", "sum(id)", "max(name)"))
          .containsExactly("90|4095|item 90");
    }
  }

  @Test
  void aCopyThatIsCutOffPublishesNothing() throws Exception {
    String declared = "- {from: items, mode: full, where: gate(id)}";
    copies.copy(declared);
    server.sql("UPDATE items SET name = 'changed'");
    try (Connection gate = server.admin();
        Statement statement = gate.createStatement()) {
      statement.execute("SELECT " + GATE);
      CompletableFuture<Dataset<Row>> copy = copying(declared);
      awaitAtTheGate(statement, copy);
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'advisory'");

      assertThatThrownBy(() -> copy.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .hasMessageContaining(
              "lake.source.shop_items cannot be copied from items of source shop: ")
          .hasMessageContaining("terminating connection")
          .hasMessageNotContaining("\n");
    }
    assertThat(texts(copies.table("source.shop_items"), "count(*)", "max(name)"))
        .containsExactly("90|item 90");
  }

  @Test
  void aReadThatWouldWriteFails() throws Exception {
    server.sql(
        "CREATE TABLE touched (id int)",
        "CREATE FUNCTION touch(id int) RETURNS boolean LANGUAGE sql AS"
            + " 'INSERT INTO touched VALUES (id) RETURNING true'",
        // Only who reads rows touches.
        "CREATE FUNCTION reads(id int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
            + " IF current_query() LIKE 'SELECT \"c0\"%' THEN RETURN touch(id); END IF;"
            + " RETURN true; END $$");
    for (String where : List.of("touch(id)", "reads(id)")) {
      assertThatThrownBy(() -> copies.copy("- {from: items, mode: full, where: " + where + "}"))
          .as(where)
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("cannot execute INSERT in a read-only transaction");
    }
  }

  @Test
  void whatChangesOvernightChangesTheCopyOrIsRefused() throws Exception {
    String declared = "- {from: items, mode: full}";
    copies.copy(declared);
    server.sql(
        "ALTER TABLE items DROP COLUMN name",
        "ALTER TABLE items ADD COLUMN price numeric(6,2) DEFAULT 1.5",
        "ALTER TABLE items ALTER COLUMN id TYPE bigint",
        "DELETE FROM items WHERE id > 1");
    Dataset<Row> copy = copies.rows(declared);
    assertThat(copy.schema().simpleString())
        .isEqualTo("struct<id:bigint,name:string,price:decimal(6,2)>");
    assertThat(texts(copy, "id", "name", "price")).containsExactly("1|null|1.50");

    server.sql("ALTER TABLE items ADD COLUMN name int");
    assertThatThrownBy(() -> copies.copy(declared))
        .isInstanceOf(JobFailure.class)
        .hasMessage(
            "lake.source.shop_items cannot be copied from items of source shop: column name of"
                + " lake.source.shop_items was STRING and its source now has INT; write name: string"
                + " under 'types:', leave it out with 'except:', or copy to another table");
    assertThat(texts(copies.rows("- {from: items, mode: full, types: {name: string}}"), "name"))
        .containsExactly("null");
  }

  @Test
  void aValueThatItsTypeCannotHoldIsNamed() throws Exception {
    server.sql("CREATE TABLE sums (total numeric(6,2), loose numeric, nest int[])");
    for (String value :
        List.of("('NaN', 1, NULL)", "(1, 0.1234567890123456789, NULL)", "(1, 1, '{{1}}')")) {
      server.sql("TRUNCATE sums", "INSERT INTO sums VALUES (1, 1, '{1}')");
      copies.copy("- {from: sums, mode: full}");
      server.sql("INSERT INTO sums VALUES " + value);
      assertThatThrownBy(() -> copies.copy("- {from: sums, mode: full}"))
          .as(value)
          .isInstanceOf(JobFailure.class)
          .hasMessageMatching(
              "lake.source.shop_sums cannot be copied from sums of source shop: column"
                  + " (total holds 'NaN', which DECIMAL\\(6,2\\) cannot hold; give it another type under 'types:', such as total: string"
                  + "|(loose|nest) holds values that .* cannot; write (loose|nest): string under 'types:', and copy to another table if this one has the column)");
    }
    server.sql("INSERT INTO sums VALUES ('NaN', NULL, '{{1}}')");
    assertThat(
            texts(
                copies.rows(
                    "- {from: sums, to: source.other, mode: full, types: {total: double, nest: string}}"),
                "total",
                "nest"))
        .contains("NaN|{{1}}");
  }

  @Test
  void whatIsNotThereIsSaidInOneLineWithoutThePassword() throws Exception {
    refused(
        "- {from: itemz, mode: full}",
        Map.of(),
        server.url(),
        "there is no such table, or user reader may not see it");
    refused(
        "- {from: items, mode: snapshot, keys: [ident]}",
        Map.of(),
        server.url(),
        "there is no column 'ident'; known: id, name");
    refused(
        "- {from: items, mode: full, where: idd > 1}",
        Map.of(),
        server.url(),
        "ERROR: column \"idd\" does not exist");
    refused(
        "- {from: items, mode: full}",
        Map.of("SHOP_PASSWORD", "wrong-" + Production.PASSWORD),
        server.url(),
        "the server refuses user reader; is the password in SHOP_PASSWORD right? (FATAL: password authentication failed for user \"reader\")");
    refused(
        "- {from: items, mode: full}",
        Map.of(),
        "jdbc:postgresql://127.0.0.1:1/shop?connectTimeout=2",
        "the server at jdbc:postgresql://127.0.0.1:1/shop does not answer (");
    Job without = copies.jobs("- {from: items, mode: full}", Map.of(), server.url()).get(0);
    assertThatThrownBy(() -> copies.publish(without))
        .hasMessage(
            "the password of source shop is in no environment variable SHOP_PASSWORD;"
                + " set it for Spark's driver");
  }

  private void refused(String table, Map<String, String> other, String url, String why)
      throws Exception {
    Map<String, String> environment = other.isEmpty() ? Copies.ENVIRONMENT : other;
    Job job = copies.jobs(table, environment, url).get(0);
    assertThatThrownBy(() -> copies.publish(job))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(" of source shop: " + why)
        .hasMessageNotContaining("\n")
        .satisfies(
            failure -> {
              java.io.StringWriter trace = new java.io.StringWriter();
              failure.printStackTrace(new java.io.PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain(Production.PASSWORD);
            });
  }

  private CompletableFuture<Dataset<Row>> copying(String declared) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return copies.rows(declared);
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static void awaitAtTheGate(Statement admin, CompletableFuture<?> copy) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    while (one(admin, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
        .equals("0")) {
      if (copy.isDone()) {
        copy.get();
      }
      assertThat(Instant.now()).as("the copy comes to the gate").isBefore(deadline);
      admin.execute("SELECT pg_sleep(0.02)");
    }
  }

  private static String one(Statement statement, String query) throws Exception {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
