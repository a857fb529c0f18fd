package dev.sluice.ingest.door;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.regex.Pattern;

/** Which web pages of other origins may send events from browsers, and how those are told. */
final class CrossOrigin {
  private static final Pattern SENDING =
      Pattern.compile("/v1/streams/[^/]+/events|/v1/b/[^/]+|/v1/p/[^/]+");
  private static final String PREFLIGHT_SECONDS = "600";

  private final List<String> origins;

  CrossOrigin(List<String> origins) {
    this.origins = List.copyOf(origins);
  }

  /**
   * Adds what a browser must read to give the page its answer; answers a preflight, which has no
   * key. Whether it was one.
   */
  boolean answered(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !SENDING.matcher(request.path()).matches()) {
      return false;
    }
    HttpServerResponse response = request.response();
    response.putHeader("Vary", "Origin");
    boolean known = origins.contains("*") || origins.contains(origin);
    if (known) {
      response
          .putHeader("Access-Control-Allow-Origin", origin)
          .putHeader(
              "Access-Control-Expose-Headers",
              "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset,"
                  + " X-RateLimit-Daily-Limit, X-RateLimit-Daily-Remaining,"
                  + " X-RateLimit-Daily-Reset, Idempotent-Replayed");
    }
    if (!request.method().equals(HttpMethod.OPTIONS)
        || request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) == null) {
      return false;
    }
    if (known) {
      response
          .putHeader("Access-Control-Allow-Methods", "POST, GET")
          .putHeader(
              "Access-Control-Allow-Headers",
              "authorization, content-type, content-encoding, idempotency-key, ce-id, ce-source,"
                  + " ce-specversion, ce-type, ce-time, ce-subject, ce-dataschema")
          .putHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    }
    response.setStatusCode(known ? 204 : 403).end();
    return true;
  }
}
