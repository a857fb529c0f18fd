package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogCommandTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "user_id", Types.LongType.get()),
          NestedField.optional(2, "email", Types.StringType.get()));

  private TypedCommand line;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    line = new TypedCommand(directory, CatalogCommand::new);
    CatalogRig rig = line.rig();
    try (RESTCatalog client = rig.client()) {
      Table users = client.createTable(TableIdentifier.of("gold", "users"), SCHEMA);
      Rows.append(users, List.of(Map.of("user_id", 1L, "email", "ann@example.com")));
      client.createTable(TableIdentifier.of("gold", "old_users"), SCHEMA);
    }
  }

  @AfterAll
  void stop() throws Exception {
    line.stop();
  }

  @Test
  void whatIsSaidOnTheCommandLineIsShownAndFoundThere() {
    assertThat(run(0, "describe", "gold.users", "Who bought anything."))
        .contains("description: Who bought anything.");
    run(0, "own", "gold.users", "ann", "--on-call", "#growth");
    run(0, "tag", "gold.users", "finance", "tier/1");
    run(0, "tag", "gold.users", "--remove", "tier/1");
    run(0, "promise", "gold.users", "1d");
    run(0, "pii", "gold.users", "email", "email");
    run(0, "deprecate", "gold.old_users", "nobody fills it", "--use", "gold.users");
    String page = run(0, "show", "gold.users");
    assertThat(page)
        .contains("Who bought anything.", "owner         ann", "#growth", "tags          finance")
        .contains("fresh (promised 24h)", "1 rows", "email/partial");
    assertThat(run(0, "show", "gold.old_users")).contains("use instead   gold.users");
    assertThat(run(0, "search", "bought", "tag:finance"))
        .contains("gold.users  owner ann", "description: Who «bought» anything.", "1 found");
    assertThat(run(0, "list", "gold")).contains("gold.users", "gold.old_users");
    assertThat(run(0, "tags")).contains("finance  1");
    assertThat(run(0, "sample", "gold.users")).contains("a•••@example.com");
    assertThat(run(0, "edits", "gold.users")).contains("tags: finance  (was finance,tier/1)");
    assertThat(run(0, "history", "gold.users")).contains("created with 2 columns");
    assertThat(run(0, "history", "gold.users", "--format", "json")).startsWith("{\"name\":");
    assertThat(run(0, "describe", "gold.users")).contains("taken back");
  }

  @Test
  void whatIsWrongIsSaidInOneLineWithTheExitCodeThatGoesWithIt() {
    assertThat(run(CommandFailure.FAILED, "show", "gold.user"))
        .contains("did you mean 'gold.users'?");
    assertThat(run(CommandFailure.FAILED, "pii", "gold.users", "email", "emial"))
        .contains("did you mean 'email'?");
    assertThat(run(CommandFailure.USAGE, "tag", "gold.users")).contains("name tags to add");
    assertThat(run(CommandFailure.USAGE, "deprecate", "gold.users")).contains("--use");
    assertThat(run(CommandFailure.USAGE, "search")).contains("WORDS");
  }

  private String run(int expected, String... words) {
    return line.run(expected, words);
  }
}
