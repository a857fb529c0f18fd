package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.sink.House;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document against what is served. */
class OpenApiTest {
  /** The daemon's, in front of the router. */
  private static final List<String> PAGES = List.of("GET /healthz", "GET /metrics");

  @TempDir Path data;

  @Test
  void theDocumentNamesEveryRouteAndNoOther() throws Exception {
    Path settings = Files.writeString(data.resolve("ingest.yaml"), "sink: {workers: 1}\n");
    try (RunningIngest ingest = RunningIngest.start(data, House.open(), settings)) {
      JsonNode document =
          new ObjectMapper()
              .readTree(
                  HttpClient.newHttpClient()
                      .send(
                          HttpRequest.newBuilder(ingest.door().resolve("/v1/openapi.json")).build(),
                          HttpResponse.BodyHandlers.ofString())
                      .body());
      assertThat(document.path("openapi").asText()).startsWith("3.");
      Set<String> documented = new TreeSet<>();
      for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
        for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
          documented.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
          assertThat(method.getValue().path("responses")).as(path.getKey()).isNotEmpty();
          assertNamesItsParameters(path.getKey(), method.getValue());
        }
      }
      Set<String> served = new TreeSet<>(PAGES);
      ingest.routes().forEach(route -> served.add(route.replaceAll(":([a-zA-Z]+)", "{$1}")));
      assertThat(documented).isEqualTo(served);
      assertThat(referenced(document))
          .isNotEmpty()
          .allSatisfy(
              reference -> assertThat(document.at(reference.substring(1)).isObject()).isTrue());
    }
  }

  private static void assertNamesItsParameters(String path, JsonNode operation) {
    Set<String> named = new TreeSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("path")) {
        named.add("{" + parameter.path("name").asText() + "}");
      }
    }
    Set<String> inPath = new TreeSet<>();
    for (String part : path.split("/", -1)) {
      if (part.startsWith("{")) {
        inPath.add(part);
      }
    }
    assertThat(named).as(path).isEqualTo(inPath);
  }

  private static List<String> referenced(JsonNode document) {
    return document.findValuesAsText("$ref");
  }
}
