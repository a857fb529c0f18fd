package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.LakeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
  private static final QuerySettings SETTINGS =
      Settings.read(LakeSettings.class, Optional.empty(), Map.of()).sql();

  @TempDir Path directory;

  private Sandbox kept() throws SQLException, IOException {
    return begun(Sandbox.forMany(SETTINGS, Enclosure.in(directory.resolve("enclosure"))));
  }

  private static Sandbox begun(Sandbox sandbox) throws SQLException {
    sandbox.begin(SETTINGS, statement -> {}, Sandbox::discard);
    return sandbox;
  }

  private static String one(Sandbox sandbox, String sql) throws SQLException {
    try (Statement statement = sandbox.statement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next() ? rows.getString(1) : "";
      }
    }
  }

  private Path secret() throws IOException {
    return Files.writeString(directory.resolve("secret.csv"), "word\nsesame\n");
  }

  private static String reading(Path file) {
    return "SELECT * FROM read_csv('" + file + "')";
  }

  /** The walk over the syntax refuses all of these before: this is what holds should it fail. */
  @Test
  void nothingButWhatWasAdmittedIsRead() throws Exception {
    Path secret = secret();
    try (Sandbox sandbox = kept()) {
      Path admitted = sandbox.admit(List.of(secret)).get(0);
      sandbox.lock(List.of(admitted));
      assertThat(one(sandbox, reading(admitted))).isEqualTo("sesame");
      sandbox.settle();
      for (String sql :
          List.of(
              reading(secret),
              reading(admitted.resolve("../../secret.csv")),
              "SELECT * FROM glob('" + directory + "/*')",
              "ATTACH '" + directory.resolve("other.db") + "' AS other",
              "COPY (SELECT 1) TO '" + directory.resolve("out.csv") + "'",
              "SET enable_external_access=true",
              "SET allowed_directories=['/']",
              "SET allowed_paths=['" + secret + "']",
              "RESET allowed_directories")) {
        assertThatThrownBy(() -> one(sandbox, sql)).as(sql).isInstanceOf(SQLException.class);
      }
    }
    assertThat(directory.resolve("out.csv")).doesNotExist();
  }

  @Test
  void aQueryFindsNothingOfTheOneBefore() throws Exception {
    Path secret = secret();
    try (Sandbox sandbox = kept()) {
      Path admitted = sandbox.admit(List.of(secret)).get(0);
      sandbox.add(new Place("raw", "v"), reading(admitted));
      one(sandbox, "CREATE TEMP TABLE kept AS SELECT 1 AS n");
      one(sandbox, "SET VARIABLE said = 'sesame'");
      assertThat(one(sandbox, "SELECT word FROM raw.v")).isEqualTo("sesame");
      sandbox.settle();
      sandbox.succeeded();
      assertThat(sandbox.goodFor(1_000)).isTrue();

      sandbox.clear();
      begun(sandbox);
      assertThat(one(sandbox, "SELECT getvariable('said')")).isNull();
      sandbox.settle();
      for (String sql :
          List.of("SELECT word FROM raw.v", "SELECT n FROM kept", reading(admitted))) {
        assertThatThrownBy(() -> one(sandbox, sql)).as(sql).isInstanceOf(SQLException.class);
      }
      Path again = sandbox.admit(List.of(secret)).get(0);
      assertThat(one(sandbox, reading(again))).isEqualTo("sesame");
    }
    assertThat(secret).exists();
    assertThat(directory.resolve("enclosure")).doesNotExist();
  }

  @Test
  void aFileIsRememberedUnderItsNameUntilItIsAnother() throws Exception {
    Path file = directory.resolve("0.parquet");
    try (Sandbox sandbox = kept()) {
      List<Path> places = new ArrayList<>();
      for (String word : List.of("first", "other", "other", "third")) {
        Path made = directory.resolve("made.parquet");
        write(made, word);
        Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
        places.addAll(sandbox.admit(List.of(file)));
        String sql = "SELECT word FROM read_parquet('" + places.get(0) + "')";
        assertThat(one(sandbox, sql)).isEqualTo(word);
        sandbox.settle();
        sandbox.succeeded();
        sandbox.clear();
        begun(sandbox);
      }
      assertThat(places).containsOnly(places.get(0));
    }
  }

  private static void write(Path file, String word) throws SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("COPY (SELECT '" + word + "' AS word) TO '" + file + "' (FORMAT parquet)");
    }
  }

  @Test
  void oneThatNobodyWantsForLongIsTakenDown() throws Exception {
    Path links = directory.resolve("links");
    try (Sandboxes sandboxes = new Sandboxes(SETTINGS, new Spool(links))) {
      try (Sandbox used = sandboxes.take(SETTINGS, statement -> {})) {
        assertThat(one(used, "SELECT 'answer'")).isEqualTo("answer");
        used.succeeded();
      }
      long now = System.nanoTime();
      sandboxes.letGo(now);
      assertThat(links).isNotEmptyDirectory();
      long deadline = now + Duration.ofSeconds(20).toNanos();
      while (!isEmpty(links) && System.nanoTime() < deadline) {
        sandboxes.letGo(System.nanoTime() + Duration.ofMinutes(2).toNanos());
        Thread.onSpinWait();
      }
      assertThat(links).isEmptyDirectory();
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void anInterruptionThatComesTooLateHitsNobodyElse() throws Exception {
    try (Sandbox sandbox = kept()) {
      Statement ended = sandbox.statement();
      ended.execute("SELECT 1");
      ended.close();
      sandbox.succeeded();
      sandbox.clear();
      begun(sandbox);
      CompletableFuture<String> next =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return one(sandbox, "SELECT max(range) FROM range(40000000)");
                } catch (SQLException failure) {
                  return failure.getMessage();
                }
              });
      while (!next.isDone()) {
        try {
          ended.cancel();
        } catch (SQLException closed) {
          Thread.onSpinWait();
        }
      }
      assertThat(next.get()).isEqualTo("39999999");
    }
  }

  @Test
  void onlyAQueryThatWentWellIsFollowedByAnother() throws Exception {
    try (Sandbox sandbox = kept()) {
      assertThat(sandbox.goodFor(1_000)).isFalse();
      sandbox.succeeded();
      assertThat(sandbox.goodFor(1)).as("after so many queries").isFalse();
    }
    try (Sandbox sandbox = begun(Sandbox.forOne(SETTINGS))) {
      sandbox.lock(List.of());
      sandbox.succeeded();
      assertThat(sandbox.goodFor(1_000)).isFalse();
    }
  }

  @Test
  void whereFilesCannotBeLinkedEachQueryHasASandboxOfItsOwn() throws Exception {
    Path lake = directory.resolve("lake");
    CatalogRig rig = new CatalogRig(lake, Map.of());
    try (RESTCatalog client = rig.client()) {
      Table table = client.buildTable(TableIdentifier.of("raw", "t"), RandomTable.SCHEMA).create();
      new RandomTable(table, new Random(1)).append(20);
      String sql = "SELECT count(*) FROM raw.t";
      assertThat(rig.rows(sql)).hasToString("[[20]]");
      try (Stream<Path> enclosures = Files.list(lake.resolve("sql-files"))) {
        for (Path enclosure : enclosures.toList()) {
          try (Stream<Path> links = Files.list(enclosure)) {
            for (Path link : links.toList()) {
              Files.deleteIfExists(link);
            }
          }
          Files.delete(enclosure);
        }
      }
      for (int i = 0; i < 4; i++) {
        assertThat(rig.rows(sql)).hasToString("[[20]]");
      }
    } finally {
      rig.stop();
    }
  }

  @Test
  void whatAnEarlierLakeLinkedIsGone() throws Exception {
    Path spool = directory.resolve("sql-files");
    Enclosure.in(new Spool(spool).place("1")).admit(List.of(secret()));
    new Spool(spool);
    assertThat(spool).isEmptyDirectory();
  }
}
