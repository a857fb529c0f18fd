package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three bearers: the owner, one who reads gold, and one who writes in gold and reads all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantsTest {
  private static final String OWNER = "the-owner-of-it-all";
  private static final String READER = "the-reader-of-gold";
  private static final String WRITER = "the-writer-of-gold";
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final TableIdentifier GOLD = TableIdentifier.of("gold", "t");
  private static final TableIdentifier RAW = TableIdentifier.of("raw", "t");

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
    try (RESTCatalog owner = client(OWNER)) {
      Rows.append(owner.createTable(GOLD, SCHEMA), List.of(Map.of("id", 1L)));
      Rows.append(owner.createTable(RAW, SCHEMA), List.of(Map.of("id", 1L)));
      owner.createNamespace(Namespace.of("gold", "inner"));
    }
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  private RESTCatalog client(String token) {
    RESTCatalog client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", rig.uri().toString(), "token", token));
    return client;
  }

  private HttpResponse<String> sql(String token, String text) {
    return post(token, "/api/v1/sql", "{\"sql\":\"" + text + "\"}");
  }

  private HttpResponse<String> post(String token, String path, String body) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve(path))
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String get(String token, String path) {
    return rig.send(
            HttpRequest.newBuilder(rig.uri().resolve(path))
                .header("Authorization", "Bearer " + token)
                .GET())
        .body();
  }

  @Test
  void whoeverBearsNoTokenOrAWrongOneIsTurnedAway() {
    assertThat(rig.get("/v1/config").statusCode()).isEqualTo(401);
    assertThatThrownBy(() -> client("guessed")).isInstanceOf(NotAuthorizedException.class);
  }

  @Test
  void aReaderReadsWhatIsGrantedAndChangesNothing() throws Exception {
    try (RESTCatalog reader = client(READER)) {
      Table table = reader.loadTable(GOLD);
      assertThat(Rows.count(table)).isPositive();
      assertThatThrownBy(() -> table.updateProperties().set("k", "v").commit())
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> reader.createTable(TableIdentifier.of("gold", "u"), SCHEMA))
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> reader.dropTable(GOLD)).isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> reader.createNamespace(Namespace.of("gold", "more")))
          .isInstanceOf(ForbiddenException.class);
      assertThat(reader.listTables(Namespace.of("gold", "inner"))).isEmpty();
    }
  }

  @Test
  void aReaderIsNotToldWhatElseThereIs() throws Exception {
    try (RESTCatalog reader = client(READER)) {
      assertThat(reader.listNamespaces()).containsExactly(Namespace.of("gold"));
      assertThatThrownBy(() -> reader.loadTable(RAW)).isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> reader.loadTable(TableIdentifier.of("raw", "none")))
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> reader.listTables(Namespace.of("raw")))
          .isInstanceOf(ForbiddenException.class);
      assertThat(sql(READER, "SELECT count(*) FROM gold.t").statusCode()).isEqualTo(200);
      HttpResponse<String> hidden = sql(READER, "SELECT * FROM raw.t");
      HttpResponse<String> absent = sql(READER, "SELECT * FROM nix.t");
      assertThat(hidden.statusCode()).isEqualTo(404);
      assertThat(hidden.body().replace("raw.t", "nix.t")).isEqualTo(absent.body());
      assertThat(sql(READER, "SELECT * FROM raw.t.snapshots").statusCode()).isEqualTo(404);
      assertThat(sql(READER, "SELECT * FROM system.objects").statusCode()).isEqualTo(404);
      assertThat(sql(READER, "SHOW TABLES").body()).contains("gold").doesNotContain("raw");
      assertThat(sql(READER, "SHOW SCHEMAS").body()).contains("gold").doesNotContain("raw");
      assertThat(sql(READER, "SELECT * FROM information_schema.tables").body())
          .contains("gold")
          .doesNotContain("raw");
    }
  }

  @Test
  void aWriterWritesWhereItMayAndMovesNothingElsewhere() throws Exception {
    try (RESTCatalog writer = client(WRITER)) {
      Rows.append(writer.loadTable(GOLD), List.of(Map.of("id", 2L)));
      assertThat(Rows.count(writer.loadTable(RAW))).isOne();
      assertThatThrownBy(() -> writer.renameTable(RAW, TableIdentifier.of("gold", "stolen")))
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(
              () ->
                  writer
                      .loadTable(GOLD)
                      .updateLocation()
                      .setLocation("s3://lake/warehouse/raw/t")
                      .commit())
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(
              () ->
                  writer
                      .buildTable(TableIdentifier.of("gold", "astray"), SCHEMA)
                      .withLocation("s3://lake/warehouse/gold/../raw/t")
                      .create())
          .hasMessageContaining("outside of where tables may lie");
      assertThat(
              post(
                      WRITER,
                      "/v1/transactions/commit",
                      """
                      {"table-changes":[
                        {"identifier":{"namespace":["gold"],"name":"t"},"requirements":[],
                         "updates":[{"action":"set-properties","updates":{"both":"1"}}]},
                        {"identifier":{"namespace":["raw"],"name":"t"},"requirements":[],
                         "updates":[{"action":"set-properties","updates":{"both":"1"}}]}]}
                      """)
                  .statusCode())
          .isEqualTo(403);
      assertThat(writer.loadTable(GOLD).properties()).doesNotContainKey("both");
      assertThat(post(WRITER, "/api/v1/sql", "{\"sql\":\"SELECT 1\"}").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void onlyTheOwnerIsToldTheKeyBeforeATableIsLoaded() {
    assertThat(get(OWNER, "/v1/config")).contains("s3.secret-access-key");
    assertThat(get(READER, "/v1/config"))
        .contains("s3.endpoint")
        .doesNotContain("s3.secret-access-key");
    assertThat(get(READER, "/v1/namespaces/gold/tables/t/credentials"))
        .contains("storage-credentials")
        .contains("s3://lake/warehouse/gold/t");
  }

  @Test
  void aLentKeyOpensOneTableAndNoMoreThanIsGranted() throws Exception {
    try (RESTCatalog reader = client(READER);
        RESTCatalog writer = client(WRITER)) {
      Table gold = reader.loadTable(GOLD);
      FileIO io = gold.io();
      String own = gold.currentSnapshot().manifestListLocation();
      assertThat(io.newInputFile(own).exists()).isTrue();
      assertThatThrownBy(() -> write(io, gold.location() + "/data/x"))
          .hasStackTraceContaining("403");
      String other = writer.loadTable(RAW).currentSnapshot().manifestListLocation();
      assertThatThrownBy(() -> io.newInputFile(other).exists()).hasStackTraceContaining("403");
      write(writer.loadTable(GOLD).io(), gold.location() + "/data/y");
      assertThatThrownBy(
              () -> write(writer.loadTable(GOLD).io(), "s3://lake/warehouse/gold/tt/data/z"))
          .hasStackTraceContaining("403");
    }
  }

  private static void write(FileIO io, String location) throws Exception {
    try (var out = io.newOutputFile(location).createOrOverwrite()) {
      out.write(1);
    }
  }

  @Test
  void aPrincipalWithoutAnythingOrWithoutASecretIsRefused() {
    Secret token = new Secret("long-enough-to-be-one");
    assertThatThrownBy(() -> new Principal("p", token, List.of(), List.of(), List.of()))
        .isInstanceOf(SettingsException.class);
    assertThatThrownBy(
            () -> new Principal("p", new Secret("short"), List.of("a"), List.of(), List.of()))
        .isInstanceOf(SettingsException.class);
    Principal one = new Principal("p", token, List.of("a.b"), List.of(), List.of());
    assertThat(one.may(Right.READ, Namespace.of("a", "b", "c"))).isTrue();
    assertThat(one.may(Right.READ, Namespace.of("a.b"))).isFalse();
    assertThat(one.may(Right.READ, Namespace.of("a", "bc"))).isFalse();
    assertThat(one.may(Right.WRITE, Namespace.of("a", "b"))).isFalse();
    assertThat(one.sees(Namespace.of("a"))).isTrue();
    assertThat(one.sees(Namespace.of("b"))).isFalse();
  }
}
