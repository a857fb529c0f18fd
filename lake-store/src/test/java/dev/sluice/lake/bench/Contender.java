package dev.sluice.lake.bench;

import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Signer;
import dev.sluice.awswire.WireRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One server in the race, and how a request to it is made. */
record Contender(String name, Child child, Signed signed) implements AutoCloseable {
  static final Credential KEY = new Credential("test-key", "test-secret");

  private static final Duration EXPIRY = Duration.ofHours(12);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Whether its requests carry a signature. */
  enum Signed {
    PRESIGNED,
    PLAIN
  }

  /** The target of a request: path, and a query that signs it where the server wants that. */
  String target(String method, String path, String query, Instant now) {
    if (signed == Signed.PLAIN) {
      return query.isEmpty() ? path : path + "?" + query;
    }
    URI endpoint = child.endpoint();
    WireRequest request =
        new WireRequest(
            method,
            path,
            query,
            Map.of("host", List.of(endpoint.getHost() + ":" + endpoint.getPort())));
    return path + "?" + new Signer(KEY, "us-east-1", "s3").presign(request, EXPIRY, now);
  }

  String target(String method, String path) {
    return target(method, path, "", Instant.now());
  }

  /** One request from here; anything but a success fails the run. */
  String send(String method, String path, String query, byte[] body)
      throws IOException, InterruptedException {
    URI uri = URI.create(child.endpoint() + target(method, path, query, Instant.now()));
    HttpResponse<String> answer =
        CLIENT.send(
            HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          name + ": " + method + " " + path + " " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  @Override
  public void close() {
    child.close();
  }
}
