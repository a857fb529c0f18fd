package dev.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.catalog.CatalogSettings;
import dev.sluice.lake.catalog.IcebergArea;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.HttpFront;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.query.FileLocator;
import dev.sluice.lake.query.QueryEngine;
import dev.sluice.lake.query.QuerySettings;
import dev.sluice.lake.query.SqlArea;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.rest.RESTCatalog;

/** The catalog and SQL over real HTTP, with tables' files in a directory instead of a bucket. */
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
  private final LakeCatalog catalog;
  private final QueryEngine engine;
  private final HttpFront front;

  public CatalogRig(Path directory) throws Exception {
    this(directory, Map.of());
  }

  /**
   * @param environment settings as environment variables, such as {@code SLUICE_TOKEN}
   */
  public CatalogRig(Path directory, Map<String, String> environment) throws Exception {
    Files.createDirectories(directory);
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("SLUICE_PORT", "0");
    variables.put("SLUICE_WAREHOUSE", directory.resolve("warehouse").toUri().toString());
    Map<String, String> sqlVariables = new HashMap<>();
    variables
        .entrySet()
        .removeIf(
            entry -> {
              boolean sql = entry.getKey().startsWith("SLUICE_SQL_");
              if (sql) {
                sqlVariables.put(
                    entry.getKey().replace("SLUICE_SQL_", "SLUICE_"), entry.getValue());
              }
              return sql;
            });
    CatalogSettings settings = Settings.read(CatalogSettings.class, Optional.empty(), variables);
    QuerySettings sql = Settings.read(QuerySettings.class, Optional.empty(), sqlVariables);
    Map<String, String> files = Map.of("io-impl", "org.apache.iceberg.hadoop.HadoopFileIO");
    Gate gate = new Gate(settings.binding(), settings.token(), "catalog.token");
    catalog = LakeCatalog.open(settings, directory, files, telemetry.registry());
    engine =
        new QueryEngine(
            sql, catalog, (io, location, length) -> inPlace(location), telemetry.registry());
    Duration patience = Duration.ofSeconds(10);
    front =
        new HttpFront(
            "catalog",
            settings.binding(),
            gate,
            new DaemonPages(new Health(), telemetry),
            List.of(
                new IcebergArea(
                    catalog,
                    files,
                    settings.warehouse(),
                    new Workers("catalog", settings.workers(), settings.queue(), patience),
                    telemetry.registry()),
                new SqlArea(engine, new Workers("sql", sql.concurrency(), sql.queue(), patience))),
            settings.maxBody(),
            vertx);
    front.start();
  }

  private static FileLocator.Lease inPlace(String location) {
    Path path = Path.of(location.replaceFirst("^file:/+", "/"));
    return new FileLocator.Lease() {
      @Override
      public Path path() {
        return path;
      }

      @Override
      public void close() {}
    };
  }

  public URI uri() {
    return front.uri();
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
    front.stop();
    engine.stop();
    catalog.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    telemetry.close();
  }
}
