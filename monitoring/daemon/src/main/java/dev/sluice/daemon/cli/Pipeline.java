package dev.sluice.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.endpoint.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The running pipeline, as a client command sees it: JSON over HTTP. */
public final class Pipeline {
  /** An answer of the pipeline: its status and its JSON body. */
  public record Answer(int status, JsonNode body) {
    public boolean ok() {
      return status >= 200 && status < 300;
    }

    /** The refusal's own words, whichever of our two shapes they come in. */
    public String message() {
      JsonNode error = body.path("error");
      String words = error.isTextual() ? error.asText() : error.path("message").asText("");
      return words.isEmpty() ? "the pipeline answered " + status : words;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final Path dataDirectory;
  private final Endpoints endpoints;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  private Pipeline(Path dataDirectory, Endpoints endpoints) {
    this.dataDirectory = dataDirectory;
    this.endpoints = endpoints;
  }

  /** The pipeline that runs on {@code dataDirectory}; fails in one line when none does. */
  public static Pipeline find(Path dataDirectory) {
    return running(dataDirectory)
        .orElseThrow(
            () ->
                CommandFailure.failed(
                    "no pipeline runs on "
                        + dataDirectory
                        + "; start one with: ./sluice up --data "
                        + dataDirectory));
  }

  /** The pipeline on {@code dataDirectory}, if its process is alive. */
  public static Optional<Pipeline> running(Path dataDirectory) {
    try {
      return Endpoints.read(dataDirectory)
          .filter(e -> ProcessHandle.of(e.pid()).map(ProcessHandle::isAlive).orElse(false))
          .map(e -> new Pipeline(dataDirectory, e));
    } catch (IOException unreadable) {
      throw CommandFailure.failed(
          dataDirectory.resolve("endpoints.json") + " cannot be read: " + unreadable.getMessage());
    }
  }

  public Endpoints endpoints() {
    return endpoints;
  }

  public HttpClient http() {
    return http;
  }

  public Answer get(URI uri, Duration patience) {
    return send(HttpRequest.newBuilder(uri).timeout(patience).GET());
  }

  public Answer post(URI uri, JsonNode body, Duration patience) {
    return send(
        HttpRequest.newBuilder(uri)
            .timeout(patience)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private Answer send(HttpRequest.Builder request) {
    URI uri = request.build().uri();
    request.header("Authorization", "Bearer " + endpoints.keyFor(uri));
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), parse(response.body()));
    } catch (IOException unreachable) {
      throw CommandFailure.failed(
          "the pipeline on "
              + dataDirectory
              + " does not answer at "
              + uri
              + " ("
              + unreachable
              + "); see: ./sluice status");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted while waiting for " + uri);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return JSON.createObjectNode().put("error", body.strip().lines().findFirst().orElse(""));
    }
  }
}
