package dev.sluice.ingest.sink;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A wire between a worker and the catalog that can be cut. It passes every request and answer on as
 * they are, commits to one table apart, be it alone or with others: to each of these the next fault
 * is applied. It can also stand for a catalog that commits to one table at a time.
 */
final class CatalogRelay implements AutoCloseable {

  enum Fault {
    /** The catalog does what it was asked; the worker never hears of it. */
    LOSE_ANSWER,
    /** The catalog is never asked. */
    LOSE_REQUEST,
    /** The worker's wire is cut, and the catalog hears of the request only when it is let go. */
    LAND_LATE,
    /** The request waits until it is let go. */
    HOLD
  }

  private static final String JOINT = "/transactions/commit";
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "host", "connection", "content-length", "transfer-encoding", "upgrade", "http2-settings");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI catalog;
  private final String table;
  private final boolean oneTableAtATime;
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;
  private volatile String watched = "";
  private volatile Runnable atLook = () -> {};
  private final AtomicInteger untilLook = new AtomicInteger();
  private volatile boolean cutAfterCommit;
  final AtomicInteger commitsSeen = new AtomicInteger();
  final AtomicInteger jointCommitsSeen = new AtomicInteger();
  final CountDownLatch held = new CountDownLatch(1);
  final CountDownLatch letGo = new CountDownLatch(1);
  final CountDownLatch landedLate = new CountDownLatch(1);

  CatalogRelay(URI catalog, String table) throws IOException {
    this(catalog, table, false);
  }

  /** To a catalog that does not offer commits to several tables at once. */
  static CatalogRelay oneTableAtATime(URI catalog, String table) throws IOException {
    return new CatalogRelay(catalog, table, true);
  }

  private CatalogRelay(URI catalog, String table, boolean oneTableAtATime) throws IOException {
    this.catalog = catalog;
    this.table = table;
    this.oneTableAtATime = oneTableAtATime;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::pass);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void next(Fault fault) {
    faults.add(fault);
  }

  /** What is held is never passed on, and nothing that comes later is. */
  void cut() {
    cut = true;
    letGo.countDown();
  }

  /** The next commit reaches the catalog; nobody hears of it, and nothing passes after it. */
  void cutAfterNextCommit() {
    cutAfterCommit = true;
  }

  /** Does something when a table is read for the n-th time from now, before it is read. */
  void atLook(String name, int number, Runnable what) {
    watched = name;
    atLook = what;
    untilLook.set(number);
  }

  boolean allHappened() {
    return faults.isEmpty();
  }

  private void pass(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    boolean joint =
        path.endsWith(JOINT)
            && new String(body, StandardCharsets.UTF_8).contains("\"name\":\"" + table + "\"");
    boolean commit =
        exchange.getRequestMethod().equals("POST") && (joint || path.endsWith("/tables/" + table));
    if (joint) {
      jointCommitsSeen.incrementAndGet();
    }
    Fault fault = commit ? faults.poll() : null;
    if (commit) {
      commitsSeen.incrementAndGet();
    }
    if (exchange.getRequestMethod().equals("GET")
        && path.endsWith("/tables/" + watched)
        && untilLook.decrementAndGet() == 0) {
      atLook.run();
    }
    try {
      if (cut || fault == Fault.LOSE_REQUEST) {
        exchange.close();
        return;
      }
      if (fault == Fault.LAND_LATE) {
        exchange.close();
        held.countDown();
        letGo.await(60, TimeUnit.SECONDS);
        forward(exchange, body);
        landedLate.countDown();
        return;
      }
      if (fault == Fault.HOLD) {
        held.countDown();
        letGo.await(60, TimeUnit.SECONDS);
        if (cut) {
          exchange.close();
          return;
        }
      }
      HttpResponse<byte[]> answer = forward(exchange, body);
      if (commit && cutAfterCommit) {
        cut();
        exchange.close();
        return;
      }
      if (fault == Fault.LOSE_ANSWER) {
        if (answer.statusCode() / 100 != 2) {
          throw new AssertionError("the catalog refused what it should have done: " + answer);
        }
        exchange.close();
        return;
      }
      answer(exchange, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    String query = exchange.getRequestURI().getRawQuery();
    URI target =
        catalog.resolve(exchange.getRequestURI().getRawPath() + (query == null ? "" : "?" + query));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
              }
            });
    byte[] body = answer.body();
    if (oneTableAtATime && exchange.getRequestURI().getPath().endsWith("/config")) {
      String config = new String(body, StandardCharsets.UTF_8);
      String offered = "\"POST /v1/{prefix}" + JOINT + "\"";
      if (!config.contains(offered)) {
        throw new AssertionError("nothing to hide in " + config);
      }
      body = config.replace("," + offered, "").getBytes(StandardCharsets.UTF_8);
    }
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    letGo.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
