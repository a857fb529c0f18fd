package dev.sluice.lake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.SettingsException;
import dev.sluice.lake.CatalogRig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GateTest {
  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig =
        new CatalogRig(
            directory,
            Map.of("SLUICE_CATALOG_TOKEN", "open-sesame", "SLUICE_CATALOG_MAX_BODY", "64KiB"));
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  @Test
  void withATokenSetEveryRequestNeedsIt() {
    for (String path : new String[] {"/v1/config", "/v1/namespaces", "/healthz", "/metrics"}) {
      assertThat(rig.get(path).statusCode()).as(path).isEqualTo(401);
      assertThat(status(path, "Bearer wrong")).as(path).isEqualTo(401);
      assertThat(status(path, "Basic b3Blbi1zZXNhbWU=")).as(path).isEqualTo(401);
      assertThat(status(path, "Bearer open-sesame")).as(path).isEqualTo(200);
    }
    var answer = rig.sql("SELECT 1");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(CatalogRig.json(answer).at("/error/type").asText())
        .isEqualTo("NotAuthorizedException");
  }

  @Test
  void icebergsClientComesInWithTheTokenAndNotWithout() throws Exception {
    try (RESTCatalog client = new RESTCatalog()) {
      client.initialize("lake", Map.of("uri", rig.uri().toString(), "token", "open-sesame"));
      assertThat(client.listNamespaces()).contains(Namespace.of("raw"));
    }
    try (RESTCatalog client = new RESTCatalog()) {
      Map<String, String> properties = Map.of("uri", rig.uri().toString());
      assertThatThrownBy(() -> client.initialize("lake", properties))
          .isInstanceOf(NotAuthorizedException.class);
    }
  }

  @Test
  void aNameThatOnlyPointsHereIsTurnedAway() throws Exception {
    assertThat(raw("evil.example:" + rig.uri().getPort())).startsWith("HTTP/1.1 403");
    assertThat(raw("localhost:" + rig.uri().getPort())).startsWith("HTTP/1.1 200");
  }

  @Test
  void aBodyBeyondTheLimitIsRefused() {
    var answer =
        rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/v1/namespaces"))
                .header("Authorization", "Bearer open-sesame")
                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000))));
    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void beyondThisMachineTheCatalogDoesNotStartWithoutAToken(@TempDir Path directory) {
    assertThatThrownBy(() -> new CatalogRig(directory, Map.of("SLUICE_CATALOG_HOST", "0.0.0.0")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("catalog.token");
  }

  private int status(String path, String authorization) {
    return rig.send(
            HttpRequest.newBuilder(rig.uri().resolve(path))
                .header("Authorization", authorization)
                .GET())
        .statusCode();
  }

  private String raw(String host) throws IOException {
    URI uri = rig.uri();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      String request =
          "GET /v1/config HTTP/1.1\r\nHost: "
              + host
              + "\r\nAuthorization: Bearer open-sesame\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
