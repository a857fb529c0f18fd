package dev.sluice.ingest.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request at a time to a registry, each answered, or given up, within the timeout. */
final class RegistryClient {

  /** A registry itself takes schemas of up to 1 MB, unless told otherwise. */
  private static final int LONGEST_ANSWER = 4 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPES =
      "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json;q=0.9,"
          + " application/json;q=0.8";

  /** The registry was not asked, or what answered is none, or it is not well. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String why) {
      super(why, null, false, false);
    }
  }

  private final URI url;
  private final Optional<String> credentials;
  private final Duration timeout;
  private final HttpClient http;

  RegistryClient(RegistrySettings settings) {
    this.url = settings.url().orElseThrow();
    this.credentials =
        settings.user().map(user -> basic(user, settings.password().orElseThrow().value()));
    this.timeout = settings.timeout();
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** The JSON at the path; empty if the registry says there is none. */
  Optional<JsonNode> get(String path) throws UnavailableException {
    String base = url.toString();
    URI uri = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    request.header("Accept", TYPES);
    credentials.ifPresent(basic -> request.header("Authorization", basic));
    HttpResponse<byte[]> answer = answer(request.build());
    String told = "the schema registry answered GET " + uri + " with " + answer.statusCode();
    JsonNode body = body(answer, told);
    if (answer.statusCode() == 200) {
      return Optional.of(body);
    }
    // The registry's own "not found" has one of its codes; any other is a wrong address, and
    // taken for an answer it would refuse every event.
    if (answer.statusCode() == 404 && body.path("error_code").asInt() / 100 == 404) {
      return Optional.empty();
    }
    String message = body.path("message").asText("");
    String hint =
        switch (answer.statusCode()) {
          case 401, 403 -> ": look at registry.user and registry.password";
          case 404 -> ", but not as a registry does: look at registry.url";
          default -> message.isEmpty() ? "" : ": " + line(message);
        };
    throw new UnavailableException(told + hint);
  }

  private static JsonNode body(HttpResponse<byte[]> answer, String told)
      throws UnavailableException {
    try {
      return JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      if (answer.statusCode() == 200) {
        throw new UnavailableException(told + " and what is no JSON: look at registry.url");
      }
      return JSON.missingNode();
    }
  }

  private static String line(String message) {
    String first = message.lines().findFirst().orElse("");
    return first.length() <= 200 ? first : first.substring(0, 200) + "…";
  }

  /** One timeout for all of it: a request's own would end with the headers. */
  private HttpResponse<byte[]> answer(HttpRequest request) throws UnavailableException {
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(request, info -> new BoundedBody(LONGEST_ANSWER));
    String told = "the schema registry " + url + " ";
    try {
      return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new UnavailableException(told + "did not answer within " + timeout);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      throw new UnavailableException(told + "could not be asked: " + what);
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new UnavailableException(told + "was not waited for: the worker is told to end");
    }
  }
}
