package dev.sluice.lake.book;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Postgres;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two servers over one PostgreSQL, of which the second looks by itself once an hour only. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoBooksTest {
  private static final String OWNER = "the-owner-of-it-all";
  private static final String READER = "the-reader-of-gold";
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));

  private Map<String, String> place;
  private CatalogRig one;
  private CatalogRig two;
  private RESTCatalog client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path yaml =
        Files.writeString(
            directory.resolve("lake.yaml"),
            """
            catalog:
              token: %s
              principals:
                - {name: reader, token: %s, read: [gold]}
            """
                .formatted(OWNER, READER));
    place = Postgres.ofItsOwn();
    Map<String, String> settings = new HashMap<>(place);
    settings.put("SLUICE_STORAGE_KIND", "files");
    settings.put("SLUICE_CATALOG_WAREHOUSE", "file:" + directory.resolve("warehouse"));
    settings.put("SLUICE_BOOK_PATIENCE", "500ms");
    one = new CatalogRig(directory.resolve("one"), settings, Optional.of(yaml));
    settings.put("SLUICE_BOOK_POLL", "1h");
    settings.put("SLUICE_BOOK_PATIENCE", "20s");
    two = new CatalogRig(directory.resolve("two"), settings, Optional.of(yaml));
    client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", one.uri().toString(), "token", OWNER));
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    one.stop();
    two.stop();
  }

  private static HttpResponse<String> get(CatalogRig rig, String token, String path) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1/book" + path))
            .header("Authorization", "Bearer " + token)
            .GET());
  }

  private static void assertUnseen(CatalogRig rig, String name) {
    String word = name.substring(name.indexOf('.') + 1);
    assertThat(get(rig, READER, "/search?q=" + word).body()).contains("\"total\":0");
    assertThat(get(rig, READER, "/tables").body()).doesNotContain(word);
    assertThat(get(rig, READER, "/tables/" + name).statusCode()).isEqualTo(404);
  }

  @Test
  void whatOneServerDidTheOtherFindsAtOnce() {
    TableIdentifier name = TableIdentifier.of("gold", "shared");
    client.createTable(name, SCHEMA);
    assertThat(get(two, READER, "/search?q=shared").body()).contains("gold.shared");
    one.send(
        HttpRequest.newBuilder(one.uri().resolve("/api/v1/book/tables/gold.shared/edits"))
            .header("Authorization", "Bearer " + OWNER)
            .POST(HttpRequest.BodyPublishers.ofString("{\"table\": {\"addTags\": [\"told\"]}}")));
    assertThat(get(two, READER, "/search?q=tag:told").body()).contains("gold.shared");
    client.loadTable(name).updateSchema().addColumn("colour", Types.StringType.get()).commit();
    assertThat(get(two, READER, "/search?q=colour").body()).contains("gold.shared");
    client.dropTable(name, false);
    assertThat(get(two, READER, "/search?q=shared").body()).contains("\"total\":0");
  }

  @Test
  void whatOneServerRenamedHasTheRightsOfItsNewNameAtTheOther() {
    TableIdentifier name = TableIdentifier.of("gold", "moving");
    client.createTable(name, SCHEMA);
    assertThat(get(two, READER, "/tables").body()).contains("gold.moving");
    client.renameTable(name, TableIdentifier.of("raw", "moving"));
    assertUnseen(two, "gold.moving");
    assertThat(get(two, OWNER, "/search?q=moving").body()).contains("raw.moving");
    client.renameTable(TableIdentifier.of("raw", "moving"), TableIdentifier.of("gold", "back"));
    assertThat(get(two, READER, "/search?q=back").body()).contains("gold.back");
  }

  @Test
  void aRenameThatTheBookCannotNoteYetTakesTheOldNamesRightsAlready() throws SQLException {
    TableIdentifier name = TableIdentifier.of("gold", "stuck");
    client.createTable(name, SCHEMA);
    assertThat(get(one, READER, "/search?q=stuck").body()).contains("gold.stuck");
    try (Connection holding =
        DriverManager.getConnection(
            place.get("SLUICE_CATALOG_DATABASE"),
            place.get("SLUICE_CATALOG_DATABASE_USER"),
            place.get("SLUICE_CATALOG_DATABASE_PASSWORD"))) {
      holding.setAutoCommit(false);
      for (String row : List.of("sluice_book_turn", "sluice_book_pages")) {
        try (var statement = holding.prepareStatement("SELECT 1 FROM " + row + " FOR UPDATE")) {
          statement.execute();
        }
      }
      client.renameTable(name, TableIdentifier.of("raw", "stuck"));
      assertUnseen(one, "gold.stuck");
      holding.rollback();
    }
    assertThat(get(one, OWNER, "/search?q=stuck").body()).contains("raw.stuck");
  }
}
