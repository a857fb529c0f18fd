package dev.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.catalog.FileAccess;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.rest.RESTCatalog;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The catalog and SQL over real HTTP, with the tables' files in our own store behind S3. */
public final class CatalogRig {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setMaxEventLoopExecuteTime(100)
              .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
  private final Telemetry telemetry = new Telemetry();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Lake lake;

  public CatalogRig(Path directory) throws Exception {
    this(directory, Map.of());
  }

  /**
   * @param environment settings as environment variables, such as {@code SLUICE_CATALOG_TOKEN}
   */
  public CatalogRig(Path directory, Map<String, String> environment) throws Exception {
    this(directory, environment, Optional.empty());
  }

  /**
   * @param yaml further settings, as a file
   */
  public CatalogRig(Path directory, Map<String, String> environment, Optional<Path> yaml)
      throws Exception {
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("SLUICE_CATALOG_PORT", "0");
    variables.putIfAbsent("SLUICE_S3_PORT", "0");
    LakeSettings settings = Settings.read(LakeSettings.class, yaml, variables);
    lake =
        new Lake(
            settings.in(directory),
            vertx,
            telemetry,
            new Health(),
            InstantSource.system(),
            new SecureRandom());
    lake.start();
  }

  public Lake lake() {
    return lake;
  }

  public URI uri() {
    return lake.catalog();
  }

  public Vertx vertx() {
    return vertx;
  }

  public Telemetry telemetry() {
    return telemetry;
  }

  /** A client of its own, as any Iceberg program makes one: by the URI alone. */
  public RESTCatalog client() {
    RESTCatalog client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", uri().toString()));
    return client;
  }

  /** A client of the store behind the catalog, with the owner's key. */
  public S3Client s3() {
    FileAccess access = lake.access();
    FileAccess.Keys keys = access.keys().orElseThrow();
    return S3Client.builder()
        .endpointOverride(access.endpoint().orElseThrow())
        .region(Region.of(access.region()))
        .forcePathStyle(true)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(keys.accessKey(), keys.secretKey().value())))
        .build();
  }

  public HttpResponse<String> sql(String text) {
    return post("/api/v1/sql", JSON.createObjectNode().put("sql", text).toString());
  }

  public JsonNode rows(String text) {
    HttpResponse<String> answer = sql(text);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return json(answer).path("rows");
  }

  public HttpResponse<String> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri().resolve(path)).GET());
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  public static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException notJson) {
      throw new AssertionError(answer.body(), notJson);
    }
  }

  public void stop() throws Exception {
    lake.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    telemetry.close();
  }
}
