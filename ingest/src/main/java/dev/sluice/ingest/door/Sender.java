package dev.sluice.ingest.door;

import dev.sluice.ingest.enrich.Circumstances;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;

/** What a request says of who sent it. */
final class Sender {
  private Sender() {}

  static Circumstances of(HttpServerRequest request) {
    return new Circumstances(
        Optional.ofNullable(request.remoteAddress()).map(SocketAddress::hostAddress),
        header(request, "X-Forwarded-For"),
        header(request, HttpHeaders.USER_AGENT),
        header(request, HttpHeaders.REFERER));
  }

  private static Optional<String> header(HttpServerRequest request, CharSequence name) {
    String value = request.getHeader(name);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value);
  }
}
