package dev.sluice.ingest.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.door.Door;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.door.Fittings;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests through the gateway of a real door to a real service, a slow one and a dying one. */
class GatewayTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Stream CLICKS =
      new Stream(
          "clicks",
          List.of(new Field("id", FieldType.STRING, true)),
          Optional.of("id"),
          Optional.empty(),
          1);
  private static final String ROUTES =
      """
      stages:
        prod:
          routes:
            - path: /echo/*
              upstream: UP/base
              request: {remove: [X-Debug], set: {X-Stage: prod}, add: {X-Tag: b}}
              answer: {remove: [X-Powered-By], set: {X-Served-By: gateway}}
            - {path: /echo/readers, methods: [GET], upstream: UP/readers, access: open}
            - {path: /open/*, upstream: UP, access: open, answer-timeout: 300ms, stall-timeout: 500ms}
            - {path: /named, upstream: UP/named, keys: [partner]}
            - {path: /few, upstream: UP/few, access: open, rate: 1, burst: 2}
            - {path: /one, upstream: UP/slow, access: open, concurrent: 1, answer-timeout: 60s}
            - {path: /break, upstream: UP/status, access: open, breaker: {failures: 3, pause: 10s}}
            - {path: /nobody, upstream: 'http://127.0.0.1:1', access: open}
            - {path: /full, upstream: 'http://127.0.0.1:FULL', access: open, connect-timeout: 300ms}
            - {path: /clicks, service: /v1/streams/clicks/events, access: open, answer: {set: {X-S: prod}}}
            - {path: /list, service: /v1/streams, access: open, answer: {set: {X-S: list}, remove: [Content-Type]}}
            - {path: /self/*, upstream: 'http://127.0.0.1:DOOR/prod/self', access: open}
        dev:
          routes:
            - {path: /echo/*, upstream: UP/dev, access: open}
      """;

  private static Vertx vertx;
  private static Telemetry telemetry;
  private static Upstream upstream;
  private static Door door;
  private static ServerSocket full;
  private static final List<SocketChannel> FILL = new ArrayList<>();
  private static volatile Instant now = Instant.parse("2026-01-31T08:15:00Z");
  private static final MockProducer<byte[], byte[]> LOG =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    telemetry = new Telemetry();
    upstream = new Upstream();
    full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    for (int i = 0; i < 8; i++) {
      // Nobody accepts, so the queue is full and the next one's greeting stays unanswered.
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()));
      FILL.add(channel);
    }
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String yaml =
        ROUTES
            .replace("UP", upstream.uri())
            .replace("FULL", Integer.toString(full.getLocalPort()))
            .replace("DOOR", Integer.toString(port));
    DoorSettings settings =
        Settings.text(
            DoorSettings.class,
            "door",
            "{port: "
                + port
                + ", keys: {partner: {key: partner-key, streams: ['*']},"
                + " other: {key: other-key, streams: ['*']}}}");
    door =
        new Door(
            settings,
            new Fittings(
                vertx,
                Streams.of(List.of(CLICKS)),
                () -> LOG,
                Durability.SYNC,
                new WriteKeys(new Secret("key"), settings.keys(), settings.lockout(), () -> now),
                new DaemonPages(new Health(), telemetry),
                telemetry.registry(),
                () -> now,
                UUID::randomUUID,
                Path.of("target", "no-spool"),
                List.of(),
                List.of(
                    new GatewayRoom(
                        vertx,
                        Settings.text(GatewaySettings.class, "gateway", yaml),
                        () -> now,
                        telemetry.registry())),
                Enrichment.none()));
    door.start();
  }

  @AfterAll
  static void close() throws Exception {
    door.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    telemetry.close();
    upstream.close();
    for (SocketChannel channel : FILL) {
      channel.close();
    }
    full.close();
  }

  @Test
  void aRequestPassesAsAProxyPassesItAndItsAnswerComesBack() throws Exception {
    HttpResponse<String> answer =
        send(
            to("/prod/echo/a%2Fb/c?x=1&y=%20")
                .header("Authorization", "Bearer key")
                .header("X-Debug", "1")
                .header("X-Tag", "a")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("TE", "trailers")
                .POST(HttpRequest.BodyPublishers.ofString("body")));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode seen = JSON.readTree(answer.body());
    assertThat(seen.path("method").asText()).isEqualTo("POST");
    assertThat(seen.path("uri").asText()).isEqualTo("/base/a%2Fb/c?x=1&y=%20");
    assertThat(seen.path("length").asInt()).isEqualTo(4);
    JsonNode headers = seen.path("headers");
    assertThat(headers.path("x-forwarded-for").asText()).isEqualTo("203.0.113.7, 127.0.0.1");
    assertThat(headers.path("x-forwarded-host").asText())
        .isEqualTo("127.0.0.1:" + door.uri().getPort());
    assertThat(headers.path("via").asText()).isEqualTo("1.1 sluice");
    assertThat(headers.path("host").asText()).isEqualTo(URI.create(upstream.uri()).getAuthority());
    assertThat(headers.path("x-stage").asText()).isEqualTo("prod");
    assertThat(headers.path("x-tag").asText()).isEqualTo("a, b");
    assertThat(headers.has("authorization")).as("the key is ours").isFalse();
    assertThat(headers.has("x-debug")).isFalse();
    assertThat(headers.has("te")).isFalse();
    assertThat(answer.headers().firstValue("X-Served-By")).contains("gateway");
    assertThat(answer.headers().firstValue("Via")).contains("1.1 sluice");
    assertThat(answer.headers().firstValue("X-Powered-By")).isEmpty();
    assertThat(answer.headers().firstValue("X-Hop")).as("named in Connection").isEmpty();
  }

  @Test
  void theTableDecidesByStagePathAndMethod() throws Exception {
    assertThat(uri(send(to("/dev/echo/x")))).isEqualTo("/dev/x");
    assertThat(uri(send(to("/prod/echo/readers")))).isEqualTo("/readers");
    HttpResponse<String> keyless =
        send(to("/prod/echo/readers").POST(HttpRequest.BodyPublishers.ofString("x")));
    assertThat(keyless.statusCode()).as("the longer route takes no POST").isEqualTo(401);
    assertThat(send(to("/prod/nothing")).statusCode()).isEqualTo(404);
    assertThat(send(to("/test/echo/x")).statusCode()).isEqualTo(404);
    assertThat(send(to("/prod/open/../echo/x")).statusCode()).isEqualTo(401);
    assertThat(send(to("/prod/open/%2e%2e/echo/x")).statusCode()).isEqualTo(401);
    assertThat(uri(send(to("/dev/echo/").method("DELETE", HttpRequest.BodyPublishers.noBody()))))
        .isEqualTo("/dev/");
    assertThat(send(to("/prod/open/head").method("HEAD", HttpRequest.BodyPublishers.noBody())))
        .satisfies(head -> assertThat(head.statusCode()).isEqualTo(200))
        .satisfies(head -> assertThat(head.body()).isEmpty());
  }

  @Test
  void keysAndLimitsAreThoseOfTheRoute() throws Exception {
    assertThat(send(to("/prod/named")).statusCode()).isEqualTo(401);
    assertThat(send(to("/prod/named").header("Authorization", "Bearer other-key")).statusCode())
        .isEqualTo(403);
    assertThat(send(to("/prod/named").header("Authorization", "Bearer partner-key")).statusCode())
        .isEqualTo(200);
    assertThat(send(to("/prod/few")).statusCode()).isEqualTo(200);
    assertThat(send(to("/prod/few")).statusCode()).isEqualTo(200);
    HttpResponse<String> over = send(to("/prod/few"));
    assertThat(over.statusCode()).isEqualTo(429);
    assertThat(over.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void aServiceOfOursAnswersUnderTheRoute() throws Exception {
    HttpResponse<String> taken =
        send(
            to("/prod/clicks")
                .header("Authorization", "Bearer key")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"c1\"}")));
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
    assertThat(taken.headers().firstValue("X-S")).contains("prod");
    assertThat(LOG.history()).hasSize(1);
    assertThat(new String(LOG.history().get(0).value(), UTF_8)).isEqualTo("{\"id\":\"c1\"}");
    HttpResponse<String> keyless =
        send(
            to("/prod/clicks")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"c1\"}")));
    assertThat(keyless.statusCode()).as("the service asks for itself").isEqualTo(401);
  }

  @Test
  void aServiceOfOursThatAnswersAtOnceAnswersUnderTheRouteToo() throws Exception {
    HttpResponse<String> listed = send(to("/prod/list"));
    assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
    assertThat(listed.body()).contains("clicks");
    assertThat(listed.headers().firstValue("X-S")).contains("list");
    assertThat(listed.headers().firstValue("Content-Type")).isEmpty();
  }

  @Test
  void aServiceThatIsSlowOrDiesIsAnsweredFor() throws Exception {
    assertThat(send(to("/prod/open/slow")).statusCode()).isEqualTo(504);
    assertThat(send(to("/prod/open/die")).statusCode()).isEqualTo(502);
    assertThat(send(to("/prod/nobody")).statusCode()).isEqualTo(502);
    assertThat(send(to("/prod/full")).statusCode()).isEqualTo(504);
    for (String half : List.of("half", "half-chunked", "stall")) {
      assertThatThrownBy(() -> send(to("/prod/open/" + half)))
          .as("half an answer is none: " + half)
          .isInstanceOf(IOException.class);
    }
    assertThat(uri(send(to("/prod/open/well")))).as("and it goes on").isEqualTo("/well");
  }

  @Test
  void hugeBodiesPassAtTheReadersPaceAndAreNotHeld() throws Exception {
    long bytes = 96L << 20;
    upstream.written.set(0);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.uri().getPort())) {
      socket.setReceiveBufferSize(64 << 10);
      socket
          .getOutputStream()
          .write(
              ("GET /dev/echo/huge?bytes=" + bytes + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                  .getBytes(UTF_8));
      long[] last = {-1};
      Await.until(
          "the service waits for the reader",
          () -> {
            long written = upstream.written.get();
            boolean still = written > 0 && written == last[0];
            last[0] = written;
            return still;
          });
      assertThat(upstream.written.get()).isLessThan(bytes / 2);
      InputStream in = socket.getInputStream();
      byte[] part = new byte[1 << 20];
      long read = 0;
      while (read < bytes) {
        int count = in.read(part);
        assertThat(count).isPositive();
        read += count;
      }
    }
    HttpResponse<String> sent =
        send(
            to("/dev/echo/upload")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[32 << 20])));
    assertThat(JSON.readTree(sent.body()).path("length").asLong()).isEqualTo(32L << 20);
  }

  @Test
  void aServiceThatFailsIsLeftAloneAndTriedAgain() throws Exception {
    upstream.status.set(503);
    for (int i = 0; i < 3; i++) {
      assertThat(send(to("/prod/break")).headers().firstValue("Via")).isPresent();
    }
    int asked = upstream.asked.get();
    HttpResponse<String> open = send(to("/prod/break"));
    assertThat(open.statusCode()).isEqualTo(503);
    assertThat(open.body()).contains("circuit-open");
    assertThat(open.headers().firstValue("Retry-After")).contains("10");
    assertThat(upstream.asked.get()).as("it was not asked").isEqualTo(asked);
    assertThat(telemetry.scrape()).contains("sluice_gateway_open{route=\"/prod/break\"} 1.0");
    now = now.plusSeconds(10);
    upstream.status.set(200);
    assertThat(send(to("/prod/break")).statusCode()).isEqualTo(200);
    assertThat(send(to("/prod/break")).statusCode()).isEqualTo(200);
    assertThat(telemetry.scrape()).contains("sluice_gateway_open{route=\"/prod/break\"} 0.0");
  }

  @Test
  void whoGoesAwayFreesTheService() throws Exception {
    int gone = upstream.gone.get();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.uri().getPort())) {
      socket
          .getOutputStream()
          .write("GET /prod/one HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8));
      Await.until(
          "one is under way",
          () -> telemetry.scrape().contains("sluice_gateway_under_way{route=\"/prod/one\"} 1.0"));
      HttpResponse<String> second = send(to("/prod/one"));
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.body()).contains("busy");
    }
    Await.until("the service is told", () -> upstream.gone.get() > gone);
    Await.until(
        "none is under way",
        () -> telemetry.scrape().contains("sluice_gateway_under_way{route=\"/prod/one\"} 0.0"));
  }

  @Test
  void aLoopEnds() throws Exception {
    assertThat(send(to("/prod/self/x")).statusCode()).isEqualTo(508);
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(door.uri() + path)).timeout(Duration.ofSeconds(60));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String uri(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("uri").asText();
  }
}
