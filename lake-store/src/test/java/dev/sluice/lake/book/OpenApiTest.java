package dev.sluice.lake.book;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

/** The document says what is served, all of it, and real answers are as it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
  private static final String RUN = "0176a8c2-fe01-7439-87e6-56a1a1b4029f";

  /** What happened so long ago is not kept. */
  private static final String EXAMPLE_TIME = "2024-01-02T03:04:05Z";

  private static final Map<String, String> VALUES =
      Map.of(
          "table", "raw.orders",
          "run", RUN,
          "q", "orders",
          "grain", "day",
          "schema", "0",
          "direction", "both",
          "name", "nightly",
          "id", "none");

  /** What of the document is refused here: nothing is under way that could be cancelled. */
  private static final Map<String, Integer> REFUSED = Map.of("delete /api/v1/sql/{id}", 404);

  private CatalogRig rig;
  private JsonNode document;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory);
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "email", Types.StringType.get()));
    try (RESTCatalog client = rig.client()) {
      Table table = client.createTable(TableIdentifier.of("raw", "orders"), schema);
      Rows.append(table, List.of(Map.of("id", 1L, "email", "ann@example.com")));
      table.updateSchema().addColumn("later", Types.DateType.get()).commit();
    }
    document = CatalogRig.json(rig.get("/api/v1/openapi.json"));
    String event =
        document
            .at("/paths/~1api~1v1~1lineage/post/requestBody/content")
            .path("application/json")
            .path("example")
            .toString()
            .replace(EXAMPLE_TIME, Instant.now().toString());
    assertThat(rig.post("/api/v1/lineage", event).statusCode()).isEqualTo(201);
    assertThat(rig.sql("SELECT * FROM raw.orders").statusCode()).isEqualTo(200);
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  @Test
  void everyPathOfTheDocumentAnswersAndItsAnswerIsAsItSays() {
    assertThat(document.path("openapi").asText()).startsWith("3.1");
    List<String> breaches = new ArrayList<>();
    // What is written comes first, so that there is something of everything to be read.
    for (String method : List.of("post", "put", "get", "delete")) {
      document
          .path("paths")
          .properties()
          .forEach(
              path -> {
                if (path.getValue().has(method)) {
                  String where = method + " " + path.getKey();
                  hold(path.getKey(), method, path.getValue().path(method))
                      .forEach(breach -> breaches.add(where + ": " + breach));
                }
              });
    }
    assertThat(breaches).isEmpty();
  }

  @Test
  void theDocumentHasEveryRouteThatIsServedWithItsParametersAndNoOther() {
    Set<String> documented = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        Set<String> parameters = new TreeSet<>();
        operation
            .getValue()
            .path("parameters")
            .forEach(
                each -> {
                  if (each.path("in").asText().equals("query")) {
                    parameters.add(each.path("name").asText());
                  }
                });
        documented.add(line(operation.getKey(), path.getKey(), parameters));
      }
    }
    Set<String> served = new TreeSet<>();
    rig.lake()
        .routes()
        .forEach(route -> served.add(line(route.method(), route.path(), route.parameters())));
    assertThat(served)
        .anyMatch(line -> line.startsWith("PUT /api/v1/datasets/{name}"))
        .anyMatch(line -> line.startsWith("DELETE /api/v1/sql/{id}"))
        .anyMatch(line -> line.startsWith("POST /api/v1/lineage/batch"))
        .anyMatch(line -> line.startsWith("GET /api/v1/usage"))
        .isEqualTo(documented);
  }

  private static String line(String method, String path, Set<String> parameters) {
    return method.toUpperCase(Locale.ROOT) + " " + path + " " + new TreeSet<>(parameters);
  }

  @Test
  void whatIsNoRouteIsRefusedBeforeItArrives() {
    assertThat(rig.get("/api/v1/datasets/pictures/more").body()).contains("nothing is served at");
    assertThat(rig.get("/api/v1/lineage/nothing").statusCode()).isEqualTo(404);
    HttpResponse<String> method = rig.post("/api/v1/datasets", "{}");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("Allow")).contains("GET");
    HttpRequest.Builder head =
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1/book"))
            .method("HEAD", HttpRequest.BodyPublishers.noBody());
    assertThat(rig.send(head).statusCode()).isEqualTo(200);
    HttpResponse<String> parameter = rig.get("/api/v1/usage?tabel=raw.orders");
    assertThat(parameter.statusCode()).isEqualTo(400);
    assertThat(parameter.body()).contains("'tabel' is not understood");
  }

  @Test
  void everyExampleIsAsItsSchemaSays() {
    List<String> breaches = new ArrayList<>();
    int examples = 0;
    for (JsonNode content : document.path("paths").findValues("application/json")) {
      if (content.has("example")) {
        examples++;
        breaches.addAll(Shape.breaches(document, content.path("schema"), content.path("example")));
      }
    }
    assertThat(examples).isGreaterThan(5);
    assertThat(breaches).isEmpty();
  }

  @Test
  void aRefusalIsAsTheDocumentSays() {
    HttpResponse<String> refused = rig.get("/api/v1/book/tables/raw.none");
    assertThat(refused.statusCode()).isEqualTo(404);
    JsonNode schema = document.at("/components/schemas/Error");
    assertThat(Shape.breaches(document, schema, CatalogRig.json(refused))).isEmpty();
    assertThat(Shape.breaches(document, schema, document)).isNotEmpty();
  }

  private List<String> hold(String template, String method, JsonNode operation) {
    StringBuilder path = new StringBuilder(template);
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.path("name").asText();
      String value = VALUES.getOrDefault(name, "");
      if (parameter.path("in").asText().equals("path")) {
        int at = path.indexOf("{" + name + "}");
        path.replace(at, at + name.length() + 2, value);
      } else if (!value.isEmpty() || parameter.path("required").asBoolean()) {
        query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
        query.append(name.equals("namespace") ? "etl" : value);
      }
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.uri().resolve(path.toString() + query));
    JsonNode body = operation.path("requestBody").path("content").path("application/json");
    if (body.isObject()) {
      List<String> wrong = Shape.breaches(document, body.path("schema"), body.path("example"));
      if (!wrong.isEmpty()) {
        return wrong;
      }
      request.method(
          method.toUpperCase(Locale.ROOT),
          HttpRequest.BodyPublishers.ofString(
              body.path("example").toString().replace(EXAMPLE_TIME, Instant.now().toString())));
    } else {
      request.method(method.toUpperCase(Locale.ROOT), HttpRequest.BodyPublishers.noBody());
    }
    HttpResponse<String> answer = rig.send(request);
    JsonNode promised = operation.path("responses").path(String.valueOf(answer.statusCode()));
    int refused = REFUSED.getOrDefault(method + " " + template, 0);
    boolean expected = refused == 0 ? answer.statusCode() < 300 : answer.statusCode() == refused;
    if (!expected || !promised.isObject()) {
      return List.of(answer.statusCode() + " " + answer.body());
    }
    JsonNode content = promised.path("content").path("application/json");
    return content.isMissingNode()
        ? List.of()
        : Shape.breaches(document, content.path("schema"), CatalogRig.json(answer));
  }
}
