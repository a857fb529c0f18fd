package dev.sluice.ingest.gateway;

import dev.sluice.ingest.door.Bodies;
import dev.sluice.ingest.gateway.GatewaySettings.Access;
import dev.sluice.ingest.gateway.GatewaySettings.RouteSettings;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer on their way through. Both bodies go as fast as the slower side takes
 * them. All of it runs on the request's own event loop.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final String VIA = "1.1 sluice";
  private static final long NO_TIMER = -1;
  private static final long LONGEST_LOOK_MILLIS = 1_000;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Gate gate;
  private final RouteSettings settings;
  private final long era;
  private final Bodies bodies;
  private final Consumer<OptionalInt> ended;
  private Optional<HttpClientRequest> out = Optional.empty();
  private long answerTimer = NO_TIMER;
  private long stallTimer = NO_TIMER;
  private long moved = System.nanoTime();
  private boolean answering;
  private boolean done;

  /** The era is the one the gate's breaker let it pass in; at the end its status is told. */
  Exchange(
      Vertx vertx,
      HttpServerRequest request,
      Gate gate,
      long era,
      Bodies bodies,
      Consumer<OptionalInt> ended) {
    this.vertx = vertx;
    this.request = request;
    this.gate = gate;
    this.settings = gate.settings();
    this.era = era;
    this.bodies = bodies;
    this.ended = ended;
  }

  void run(HttpClient client, String path) {
    // Nothing of the body may be missed until there is somebody to take it.
    request.pause();
    request.response().exceptionHandler(gone -> brokenOff());
    URI upstream = settings.upstream().orElseThrow();
    boolean tls = "https".equals(upstream.getScheme());
    String query = request.query() == null ? "" : "?" + request.query();
    String base = upstream.getRawPath() == null ? "" : upstream.getRawPath();
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(upstream.getHost())
            .setPort(upstream.getPort() < 0 ? (tls ? 443 : 80) : upstream.getPort())
            .setSsl(tls)
            .setURI(gate.behind(base, path) + query)
            .setConnectTimeout(settings.connectTimeout().toMillis());
    client
        .request(options)
        .onSuccess(this::connected)
        .onFailure(
            failure -> {
              LOG.debug("route {}: no connection", gate.name(), failure);
              boolean slow =
                  failure instanceof ConnectTimeoutException || failure instanceof TimeoutException;
              fail(slow ? 504 : 502, "the service cannot be reached");
            });
  }

  private void connected(HttpClientRequest toService) {
    if (done) {
      var unused = toService.reset();
      return;
    }
    out = Optional.of(toService);
    moved = System.nanoTime();
    headers(toService.headers());
    toService
        .response()
        .onSuccess(this::answered)
        .onFailure(failure -> fail(502, "the service broke off before it answered"));
    long look = Math.max(1, Math.min(LONGEST_LOOK_MILLIS, settings.stallTimeout().toMillis() / 4));
    stallTimer = vertx.setPeriodic(look, due -> look());
    if (request.isEnded() || !hasBody()) {
      request.resume();
      requestSent();
      toService.end().onFailure(failure -> fail(502, "the service broke off"));
      return;
    }
    if (request.getHeader(HttpHeaders.CONTENT_LENGTH) == null) {
      toService.setChunked(true);
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      var unused = request.response().writeContinue();
    }
    new Flow(request, this::touch, this::requestSent)
        .pipe()
        .endOnFailure(false)
        .to(toService)
        .onFailure(failure -> fail(502, "the service did not take the request"));
  }

  private boolean hasBody() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || (length != null && !length.strip().equals("0"));
  }

  private void headers(MultiMap to) {
    Headers.copy(request.headers(), to);
    to.remove(HttpHeaders.HOST);
    to.remove(HttpHeaders.EXPECT);
    if (settings.access() == Access.KEY) {
      // The key is the door's, and the service's operator has no business with it.
      to.remove(HttpHeaders.AUTHORIZATION);
    }
    String peer =
        request.remoteAddress() == null ? "unknown" : request.remoteAddress().hostAddress();
    Headers.append(to, "X-Forwarded-For", peer);
    to.set("X-Forwarded-Proto", "http");
    if (request.authority() != null) {
      to.set("X-Forwarded-Host", request.authority().toString());
    }
    Headers.append(to, "Via", VIA);
    Headers.change(to, settings.request());
  }

  /** The request's last byte is on its way: from now on the service has so long to answer. */
  private void requestSent() {
    touch();
    if (!done && !answering) {
      answerTimer =
          vertx.setTimer(
              settings.answerTimeout().toMillis(),
              due -> fail(504, "the service did not answer in " + text(settings.answerTimeout())));
    }
  }

  private void answered(HttpClientResponse answer) {
    if (done) {
      return;
    }
    answering = true;
    vertx.cancelTimer(answerTimer);
    touch();
    if (answer.statusCode() >= 500) {
      gate.breaker().failed(era);
    } else {
      gate.breaker().well(era);
    }
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.statusCode());
    Headers.copy(answer.headers(), response.headers());
    Headers.append(response.headers(), "Via", VIA);
    Headers.change(response.headers(), settings.answer());
    boolean bodiless =
        request.method().equals(HttpMethod.HEAD)
            || answer.statusCode() == 204
            || answer.statusCode() == 304;
    if (bodiless) {
      response.end().onComplete(end -> finish(OptionalInt.of(answer.statusCode())));
      return;
    }
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    new Flow(answer, this::touch, () -> {})
        .pipe()
        .endOnFailure(false)
        .to(response)
        .onSuccess(end -> finish(OptionalInt.of(answer.statusCode())))
        .onFailure(failure -> fail(502, "the service broke off"));
  }

  private void touch() {
    moved = System.nanoTime();
  }

  private void look() {
    if (request.response().closed()) {
      brokenOff();
    } else if (System.nanoTime() - moved > settings.stallTimeout().toNanos() && !waits()) {
      fail(504, "nothing moved for " + text(settings.stallTimeout()));
    }
  }

  /** While the service thinks, only its own time to answer counts. */
  private boolean waits() {
    return answerTimer != NO_TIMER && !answering;
  }

  private void fail(int status, String why) {
    if (done) {
      return;
    }
    if (!answering) {
      gate.breaker().failed(era);
    }
    finish(OptionalInt.of(status));
    if (answering) {
      // Half an answer must not look like a whole one.
      var unused = request.connection().close();
    } else {
      bodies.refuse(request, status, status == 504 ? "upstream-timeout" : "upstream", why);
    }
  }

  /** Who asked has gone; that says nothing about the service. */
  private void brokenOff() {
    finish(OptionalInt.empty());
  }

  private void finish(OptionalInt status) {
    if (done) {
      return;
    }
    done = true;
    vertx.cancelTimer(answerTimer);
    vertx.cancelTimer(stallTimer);
    gate.leave();
    // Of what has ended a reset does nothing.
    out.ifPresent(HttpClientRequest::reset);
    ended.accept(status);
  }

  private static String text(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
