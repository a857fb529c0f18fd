package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether everybody between the client and us agrees on where a request ends and whom it is for
 * (RFC 9112, sections 3.2, 6.1 and 11.2). A request of which that is not certain is refused, and
 * its connection closed.
 */
final class Framing {
  private Framing() {}

  static Optional<AwsFault> fault(HttpServerRequest request) {
    if (request.headers().contains("")) {
      return invalid("A header has no name.");
    }
    String expectation = request.getHeader("expect");
    if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
      return Optional.of(
          new AwsFault(417, "ExpectationFailed", "The only expectation met is 100-continue."));
    }
    List<String> codings = request.headers().getAll("transfer-encoding");
    if (!codings.isEmpty()
        && (codings.size() > 1 || !codings.get(0).trim().equalsIgnoreCase("chunked"))) {
      return invalid("The only Transfer-Encoding understood is chunked, once.");
    }
    if (request.headers().contains("content-length")
        && (!codings.isEmpty() || request.headers().getAll("content-length").size() > 1)) {
      return invalid("A request has one length.");
    }
    List<String> hosts = request.headers().getAll("host");
    if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
      return invalid("A request has one Host header.");
    }
    String target = request.uri().toLowerCase(Locale.ROOT);
    if (target.startsWith("http://") || target.startsWith("https://")) {
      String authority = target.substring(target.indexOf("//") + 2).split("[/?#]", 2)[0];
      if (hosts.isEmpty() || !hosts.get(0).trim().equalsIgnoreCase(authority)) {
        return invalid("The Host header and the target name different hosts.");
      }
    }
    return Optional.empty();
  }

  private static Optional<AwsFault> invalid(String why) {
    return Optional.of(new AwsFault(400, "InvalidRequest", why));
  }
}
