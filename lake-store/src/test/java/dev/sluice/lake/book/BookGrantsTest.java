package dev.sluice.lake.book;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** What one may not read is not told apart from what is not there; who may write may say things. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookGrantsTest {
  private static final String OWNER = "the-owner-of-it-all";
  private static final String READER = "the-reader-of-gold";
  private static final String WRITER = "the-writer-of-gold";
  private static final String BOOK = "/api/v1/book";

  private CatalogRig rig;

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
                - {name: writer, token: %s, read: ["*"], write: [gold]}
            """
                .formatted(OWNER, READER, WRITER));
    rig = new CatalogRig(directory, Map.of(), Optional.of(yaml));
    Schema schema = new Schema(NestedField.required(1, "secret_code", Types.LongType.get()));
    try (RESTCatalog owner = new RESTCatalog()) {
      owner.initialize("lake", Map.of("uri", rig.uri().toString(), "token", WRITER));
      owner.createTable(TableIdentifier.of("gold", "open"), schema);
    }
    try (RESTCatalog owner = new RESTCatalog()) {
      owner.initialize("lake", Map.of("uri", rig.uri().toString(), "token", OWNER));
      owner.createTable(TableIdentifier.of("raw", "hidden"), schema);
    }
    edit(OWNER, "raw.hidden", "{\"table\": {\"addTags\": [\"hush\"]}}");
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  private HttpResponse<String> get(String token, String path) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve(BOOK + path))
            .header("Authorization", "Bearer " + token)
            .GET());
  }

  private HttpResponse<String> edit(String token, String table, String edit) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve(BOOK + "/tables/" + table + "/edits"))
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(edit)));
  }

  @Test
  void whatOneMayNotReadIsNeitherFoundNorListedNorToldApartFromWhatIsNotThere() {
    for (String part : List.of("", "/columns", "/history", "/trend", "/sample", "/edits")) {
      HttpResponse<String> hidden = get(READER, "/tables/raw.hidden" + part);
      HttpResponse<String> absent = get(READER, "/tables/raw.absent" + part);
      assertThat(hidden.statusCode()).isEqualTo(404);
      assertThat(hidden.body()).isEqualTo(absent.body().replace("absent", "hidden"));
    }
    for (String question :
        List.of("/search?q=hidden", "/search?q=secret+code", "/tables", "/tags")) {
      assertThat(get(READER, question).body()).doesNotContain("raw.hidden").doesNotContain("hush");
      assertThat(get(OWNER, question).body()).containsAnyOf("raw.hidden", "hush");
    }
    assertThat(get(READER, "").body()).contains("\"tables\":1");
    HttpResponse<String> said = edit(READER, "raw.hidden", "{\"table\": {\"owner\": \"me\"}}");
    assertThat(said.statusCode()).isEqualTo(404);
  }

  @Test
  void whoMayWriteATableMaySayThingsOfItAndIsNamed() {
    HttpResponse<String> refused = edit(READER, "gold.open", "{\"table\": {\"owner\": \"me\"}}");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("reader may not write");
    assertThat(edit(WRITER, "gold.open", "{\"table\": {\"owner\": \"us\"}}").statusCode())
        .isEqualTo(200);
    assertThat(get(READER, "/tables/gold.open/edits").body()).contains("\"by\":\"writer\"");
    assertThat(
            CatalogRig.json(get(READER, "/tables/gold.open")).path("created").path("by").asText())
        .isEqualTo("writer");
    assertThat(edit(WRITER, "raw.hidden", "{\"table\": {\"owner\": \"us\"}}").statusCode())
        .isEqualTo(403);
  }
}
