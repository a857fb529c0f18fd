package dev.sluice.ingest.door;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.Secret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/** Who may come in: the right host name on loopback, the right key. */
final class Guard {
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final Binding binding;
  private final byte[] key;

  Guard(Binding binding, Secret key) {
    this.binding = binding;
    this.key = key.value().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the request was meant for this door. */
  boolean namesThisMachine(HttpServerRequest request) {
    return binding.answersTo(Optional.ofNullable(request.authority()).map(HostAndPort::toString));
  }

  /** Beyond loopback the key opens everything but the health page; on it, only writing needs it. */
  boolean mayPass(HttpServerRequest request) {
    return binding.loopback() || request.path().equals("/healthz") || mayWrite(request);
  }

  boolean mayWrite(HttpServerRequest request) {
    return shown(request)
        .map(shown -> MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), key))
        .orElse(false);
  }

  /** The key as the request shows it: a bearer token, or the user name of basic authentication. */
  private static Optional<String> shown(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return Optional.empty();
    }
    if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.of(header.substring(BEARER.length()).strip());
    }
    if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return Optional.empty();
    }
    try {
      byte[] pair = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      String text = new String(pair, StandardCharsets.UTF_8);
      int colon = text.lastIndexOf(':');
      // The key stands for a user; what could follow the colon is a password nobody has.
      return colon == text.length() - 1 && colon >= 0
          ? Optional.of(text.substring(0, colon))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
