package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lake.CatalogRig;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Short-lived tokens for a principal's name and token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensTest {
  private static final String OWNER = "the-owners-own-token";
  private static final String READER = "the-readers-own-token";
  private static final String PATH = "/v1/oauth/tokens";
  private static final String CREDENTIALS = "grant_type=client_credentials&scope=catalog";
  private static final String EXCHANGE =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
          + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token";
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path yaml =
        Files.writeString(
            directory.resolve("lake.yaml"),
            """
            catalog:
              token: %s
              token-lifetime: 3s
              principals:
                - {name: reader, token: %s, read: [raw]}
            """
                .formatted(OWNER, READER));
    rig = new CatalogRig(directory, Map.of(), Optional.of(yaml));
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  private RESTCatalog client(String credential) {
    RESTCatalog client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", rig.uri().toString(), "credential", credential));
    return client;
  }

  private HttpResponse<String> post(String form, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.uri().resolve(PATH))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    return rig.send(headers.length == 0 ? request : request.headers(headers));
  }

  private int status(String token) {
    return rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/v1/namespaces/raw/tables"))
                .header("Authorization", "Bearer " + token)
                .GET())
        .statusCode();
  }

  @Test
  void anIcebergClientWithACredentialMayWhatItsPrincipalMay() throws Exception {
    try (RESTCatalog owner = client("owner:" + OWNER);
        RESTCatalog reader = client("reader:" + READER)) {
      TableIdentifier name = TableIdentifier.of("raw", "credited");
      Schema schema = new Schema(NestedField.required(1, "id", Types.LongType.get()));
      owner.createTable(name, schema);
      assertThat(reader.loadTable(name).schema().columns()).hasSize(1);
      assertThatThrownBy(() -> reader.dropTable(name)).isInstanceOf(ForbiddenException.class);
    }
    assertThatThrownBy(() -> client("owner:" + READER)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> client("reader:wrong")).isInstanceOf(NotAuthorizedException.class);
  }

  @Test
  void anIcebergClientRefreshesItsToken() throws Exception {
    try (RESTCatalog reader = client("reader:" + READER)) {
      long before = given();
      long end = System.nanoTime() + LONGEST.toNanos();
      while (given() == before && System.nanoTime() < end) {
        assertThat(rig.get("/healthz").statusCode()).isNotEqualTo(500);
      }
      assertThat(given()).isGreaterThan(before);
      assertThat(reader.listTables(Namespace.of("raw"))).isNotNull();
    }
  }

  private long given() {
    return rig
        .telemetry()
        .registry()
        .find("sluice.catalog.requests")
        .tag("route", "tokens")
        .tag("status", "200")
        .timers()
        .stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  @Test
  void aTokenIsExchangedForAnother() {
    var first = CatalogRig.json(post(CREDENTIALS + "&client_id=reader&client_secret=" + READER));
    assertThat(first.path("token_type").asText()).isEqualTo("bearer");
    assertThat(first.path("expires_in").asInt()).isEqualTo(3);
    String token = first.path("access_token").asText();
    assertThat(status(token)).isEqualTo(200);
    var second = CatalogRig.json(post(EXCHANGE + "&subject_token=" + token));
    assertThat(status(second.path("access_token").asText())).isEqualTo(200);
    var expired = post(EXCHANGE + "&subject_token=ticket~cmVhZGVy~1~x");
    assertThat(expired.statusCode()).isEqualTo(401);
    // "reader:the-readers-own-token": who says who it is may have let the token expire.
    var anew =
        post(
            EXCHANGE + "&subject_token=ticket~cmVhZGVy~1~x",
            "Authorization",
            "Basic cmVhZGVyOnRoZS1yZWFkZXJzLW93bi10b2tlbg==");
    assertThat(anew.statusCode()).as(anew.body()).isEqualTo(200);
  }

  @Test
  void whatIsNotACredentialIsRefusedInTheShapeOfOauth() {
    var wrong = post(CREDENTIALS + "&client_id=reader&client_secret=wrong");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(CatalogRig.json(wrong).path("error").asText()).isEqualTo("invalid_client");
    assertThat(CatalogRig.json(wrong).path("error_description").asText()).contains("client_id");
    var others = post(CREDENTIALS + "&client_id=owner&client_secret=" + READER);
    assertThat(others.statusCode()).isEqualTo(401);
    var grant = post("grant_type=password&username=a&password=b");
    assertThat(grant.statusCode()).isEqualTo(400);
    assertThat(CatalogRig.json(grant).path("error").asText()).isEqualTo("unsupported_grant_type");
    assertThat(post(EXCHANGE).statusCode()).isEqualTo(400);
    assertThat(post("").statusCode()).isEqualTo(400);
    assertThat(post("%zz=%").statusCode()).isEqualTo(400);
    assertThat(rig.get("/v1/config").statusCode()).isEqualTo(401);
  }
}
