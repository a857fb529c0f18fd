package dev.sluice.ingest.door;

import dev.sluice.daemon.Binding;
import dev.sluice.ingest.key.Showing;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.key.WriteKeys;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Who may come in: the right host name on loopback, the right key. */
final class Guard {
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  /** What anybody may read, and below it what asks for a key in its URL by itself. */
  private static final List<String> KEYLESS = List.of("/healthz", "/readyz", "/v1/beacon.js");

  private static final List<String> KEY_IN_URL = List.of("/v1/b/", "/v1/p/");

  /** What any key may read. */
  private static final List<String> OPEN_TO_ALL_KEYS = List.of("/v1/streams", "/v1/receipts/");

  private final Binding binding;
  private final WriteKeys keys;
  private final Replies replies;

  Guard(Binding binding, WriteKeys keys, Replies replies) {
    this.binding = binding;
    this.keys = keys;
    this.replies = replies;
  }

  /** Whether the request was meant for this door. */
  boolean namesThisMachine(HttpServerRequest request) {
    return binding.answersTo(Optional.ofNullable(request.authority()).map(HostAndPort::toString));
  }

  /**
   * Whether it may pass on to its route; answered when not. On loopback only writing needs a key,
   * beyond it everything but health, readiness and what pages load does. A key that is in pages
   * reads nothing.
   *
   * @param path as it finds its route
   */
  boolean passes(HttpServerRequest request, String path) {
    if (binding.loopback()
        || KEYLESS.contains(path)
        || KEY_IN_URL.stream().anyMatch(path::startsWith)) {
      return true;
    }
    if (OPEN_TO_ALL_KEYS.stream().noneMatch(path::startsWith)) {
      return admitToAll(request);
    }
    Optional<WriteKey> key = admit(request);
    return key.isPresent() && (!key.get().worksInUrl() || writes(request) || admitToAll(request));
  }

  private static boolean writes(HttpServerRequest request) {
    return request.method().equals(HttpMethod.POST);
  }

  /** The key that the request shows; answered when it shows none that is known. */
  Optional<WriteKey> admit(HttpServerRequest request) {
    return admit(request, shown(request));
  }

  /** The same for a key in the URL, which must be one made for it, and for the stream. */
  Optional<WriteKey> admitInUrl(HttpServerRequest request, String stream) {
    Optional<String> inUrl = Optional.ofNullable(request.getParam("key"));
    Optional<WriteKey> key = admit(request, inUrl.or(() -> shown(request)));
    if (key.isEmpty()) {
      return key;
    }
    if (inUrl.isPresent() && !key.get().worksInUrl()) {
      replies.error(
          request,
          403,
          "key-in-url",
          "the key "
              + key.get().name()
              + " must not be in a URL, where others read it; declare one with browser: true");
      return Optional.empty();
    }
    return key.get().opens(stream) ? key : outOfScope(request, key.get(), stream);
  }

  /** Tells that the key is not for the stream. */
  Optional<WriteKey> outOfScope(HttpServerRequest request, WriteKey key, String stream) {
    replies.error(
        request,
        403,
        "scope",
        "the key "
            + key.name()
            + " is for events of "
            + String.join(", ", key.streams())
            + ", not of "
            + stream);
    return Optional.empty();
  }

  private Optional<WriteKey> admit(HttpServerRequest request, Optional<String> shown) {
    if (shown.isEmpty()) {
      unauthorized(request);
      return Optional.empty();
    }
    Showing showing = keys.show(address(request), shown.get());
    if (showing instanceof Showing.Known known) {
      return Optional.of(known.key());
    }
    if (showing instanceof Showing.LockedOut out) {
      replies.later(
          request,
          429,
          "locked-out",
          "too many wrong keys came from this address; none is looked at for a while",
          out.retryAfter());
    } else {
      unauthorized(request);
    }
    return Optional.empty();
  }

  /** Whether it shows the key for everything; answered when not. */
  boolean admitToAll(HttpServerRequest request) {
    Optional<WriteKey> key = admit(request);
    if (key.isPresent() && !key.get().opensEverything()) {
      replies.error(
          request,
          403,
          "scope",
          "the key "
              + key.get().name()
              + " is for events of "
              + String.join(", ", key.get().streams())
              + " only");
      return false;
    }
    return key.isPresent();
  }

  private void unauthorized(HttpServerRequest request) {
    replies.error(
        request,
        401,
        "unauthorized",
        "a write key is needed: send Authorization: Bearer KEY, or the key as basic user name");
  }

  private static String address(HttpServerRequest request) {
    SocketAddress address = request.remoteAddress();
    return address == null || address.hostAddress() == null ? "" : address.hostAddress();
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
