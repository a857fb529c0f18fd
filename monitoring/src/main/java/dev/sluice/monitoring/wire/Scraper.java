package dev.sluice.monitoring.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.monitoring.metric.PrometheusText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads a target's health and meters; a target that hangs or talks without end is cut off. */
public final class Scraper {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;
  private final HttpClient http;
  private final Duration patience;
  private final int bytesLimit;
  private final InstantSource clock;

  public Scraper(Vertx vertx, Duration patience, int bytesLimit, InstantSource clock) {
    this.vertx = vertx;
    this.patience = patience;
    this.bytesLimit = bytesLimit;
    this.clock = clock;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(Math.toIntExact(patience.toMillis())));
  }

  /** Never fails: a target that cannot be read is {@link Observation.Silent}. */
  public Future<Observation> look(Target target) {
    return get(target, "/healthz")
        .compose(health -> get(target, "/metrics").compose(meters -> read(health, meters)))
        .recover(failure -> Future.succeededFuture(silent(failure)));
  }

  /** Parsing a large page takes longer than an event loop may be held. */
  private Future<Observation> read(String health, String meters) {
    return vertx.executeBlocking(
        () ->
            new Observation.Answered(
                clock.instant(), troubles(health), PrometheusText.parse(meters)),
        false);
  }

  private Observation silent(Throwable failure) {
    String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return new Observation.Silent(clock.instant(), why);
  }

  private static Map<String, String> troubles(String health) throws JsonProcessingException {
    Map<String, String> troubles = new TreeMap<>();
    JsonNode checks = JSON.readTree(health).path("checks");
    checks
        .properties()
        .forEach(
            check -> {
              if (!check.getValue().asText().equals("up")) {
                troubles.put(check.getKey(), check.getValue().asText());
              }
            });
    return troubles;
  }

  private Future<String> get(Target target, String path) {
    return http.request(HttpMethod.GET, target.port(), target.address().getHost(), path)
        .compose(
            request -> {
              target
                  .key()
                  .ifPresent(key -> request.putHeader("Authorization", "Bearer " + key.value()));
              return request.send();
            })
        .compose(response -> admitted(target, response).compose(this::body))
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Future<HttpClientResponse> admitted(Target target, HttpClientResponse response) {
    if (response.statusCode() == 401 || response.statusCode() == 403) {
      response.request().reset();
      return Future.failedFuture(
          "it answers "
              + response.statusCode()
              + "; set what it wants to be shown as keys."
              + target.name());
    }
    return Future.succeededFuture(response);
  }

  private Future<String> body(HttpClientResponse response) {
    Promise<String> whole = Promise.promise();
    Buffer text = Buffer.buffer();
    response.handler(
        part -> {
          if (text.length() + part.length() > bytesLimit) {
            whole.tryFail("the answer is longer than " + bytesLimit + " bytes");
            response.request().reset();
          } else {
            text.appendBuffer(part);
          }
        });
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(text.toString()));
    return whole.future();
  }
}
