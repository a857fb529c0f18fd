package dev.sluice.ingest.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A schema registry that answers as Confluent's does, over HTTP, to one user. */
public final class RegistryFixture implements AutoCloseable {

  /** How it is. */
  public enum State {
    WELL,
    BROKEN,
    STALLED,
    ANOTHER_SERVER
  }

  public static final String USER = "reader";
  public static final String PASSWORD = "let-me-in";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile State state = State.WELL;

  public RegistryFixture() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void be(State next) {
    state = next;
  }

  public void register(int id, String schema) {
    answers.put("/schemas/ids/" + id, body(schema));
  }

  void answer(String path, String body) {
    answers.put(path, body);
  }

  static String body(String schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema).toString();
  }

  /** The paths it was asked for. */
  List<String> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      asked.add(path);
      switch (state) {
        case BROKEN -> send(exchange, 503, "{\"error_code\":50003,\"message\":\"no leader\"}");
        case STALLED -> closed.await();
        case ANOTHER_SERVER -> send(exchange, 404, "<html>Not Found</html>");
        case WELL -> {
          if (!authorized(exchange)) {
            send(exchange, 401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
          } else if (answers.containsKey(path)) {
            send(exchange, 200, answers.get(path));
          } else {
            send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean authorized(HttpExchange exchange) {
    byte[] both = (USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8);
    return ("Basic " + Base64.getEncoder().encodeToString(both))
        .equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
