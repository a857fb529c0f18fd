package dev.sluice.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.endpoint.Endpoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
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

  /** A client for calls that overlap; {@link #get} and {@link #post} do without one. */
  public HttpClient http() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .build();
  }

  public Answer get(URI uri, Duration patience) {
    return send("GET", uri, Optional.empty(), patience);
  }

  public Answer post(URI uri, JsonNode body, Duration patience) {
    return send("POST", uri, Optional.of(body), patience);
  }

  public Answer put(URI uri, JsonNode body, Duration patience) {
    return send("PUT", uri, Optional.of(body), patience);
  }

  public Answer delete(URI uri, Duration patience) {
    return send("DELETE", uri, Optional.empty(), patience);
  }

  /**
   * One call by the plain connection of the JDK: it loads in a tenth of the time that the client
   * for overlapping calls takes, and leaves no thread in native code, for which the machine would
   * wait 0.3 s when the command ends.
   */
  private Answer send(String method, URI uri, Optional<JsonNode> body, Duration patience) {
    try {
      HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection();
      call.setRequestMethod(method);
      call.setConnectTimeout(Math.toIntExact(CONNECT.toMillis()));
      call.setReadTimeout(Math.toIntExact(patience.toMillis()));
      call.setInstanceFollowRedirects(false);
      call.setRequestProperty("Authorization", "Bearer " + endpoints.keyFor(uri));
      if (body.isPresent()) {
        call.setDoOutput(true);
        call.setRequestProperty("Content-Type", "application/json");
        byte[] bytes = body.get().toString().getBytes(StandardCharsets.UTF_8);
        // A body of a length told in advance is never sent a second time behind our back.
        call.setFixedLengthStreamingMode(bytes.length);
        try (OutputStream out = call.getOutputStream()) {
          out.write(bytes);
        }
      }
      int status = call.getResponseCode();
      InputStream answer = status < 400 ? call.getInputStream() : call.getErrorStream();
      try (InputStream in = answer == null ? InputStream.nullInputStream() : answer) {
        return new Answer(status, parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    } catch (IOException unreachable) {
      throw CommandFailure.failed(
          "the pipeline on "
              + dataDirectory
              + " does not answer at "
              + uri
              + " ("
              + unreachable
              + "); see: ./sluice status");
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
