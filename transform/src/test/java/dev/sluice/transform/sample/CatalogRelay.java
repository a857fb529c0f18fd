package dev.sluice.transform.sample;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A wire to a catalog without idempotency keys, which can be cut: it passes everything on as it is,
 * but the next fault is applied to a commit of several tables.
 */
public final class CatalogRelay implements AutoCloseable {
  public enum Fault {
    /** The catalog does what it was asked; nobody hears of it. */
    LOSE_ANSWER,
    /** The catalog is never asked. */
    LOSE_REQUEST,
    /** The request is never passed on, and its sender left waiting. */
    HOLD_REQUEST,
    /** The catalog does what it was asked, and the sender is left waiting. */
    HOLD_ANSWER,
    /**
     * Nobody hears of it, and the catalog does what it was asked late: after the next question of a
     * table, and before the one after that.
     */
    DELAY_REQUEST
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
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commits = new AtomicInteger();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicReference<HttpRequest> late = new AtomicReference<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final AtomicReference<String> lost = new AtomicReference<>();
  private volatile boolean oneTableAtATime;

  public CatalogRelay(URI catalog) throws IOException {
    this.catalog = catalog;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::pass);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void next(Fault fault) {
    faults.add(fault);
  }

  /** From now on the catalog does not name commits of several tables among what it offers. */
  public void offerOneTableAtATime() {
    oneTableAtATime = true;
  }

  /** The next commit to one table that has this in it is never passed on. */
  public void loseNext(String text) {
    lost.set(text);
  }

  /** Whether that one was asked for. */
  public boolean hasLost() {
    return lost.get() == null;
  }

  /** How many commits of several tables were asked for. */
  public int commits() {
    return commits.get();
  }

  /** Waits until somebody waits for an answer that does not come. */
  public void awaitHeld() throws InterruptedException {
    held.await();
  }

  private void pass(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Fault fault = null;
    if (exchange.getRequestURI().getPath().endsWith(JOINT)) {
      commits.incrementAndGet();
      fault = faults.poll();
    }
    try (exchange) {
      if (fault == Fault.DELAY_REQUEST) {
        questions.set(0);
        late.set(request(exchange, body));
        return;
      }
      passOnLate(exchange);
      if (fault == Fault.LOSE_REQUEST || loses(exchange, body)) {
        // Closed without an answer.
        return;
      }
      HttpResponse<byte[]> answer = null;
      if (fault != Fault.HOLD_REQUEST) {
        answer = client.send(request(exchange, body), HttpResponse.BodyHandlers.ofByteArray());
      }
      if (fault == Fault.HOLD_REQUEST || fault == Fault.HOLD_ANSWER) {
        held.countDown();
        closed.await();
      }
      if (fault == null) {
        answer(exchange, answer);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void passOnLate(HttpExchange exchange) throws IOException, InterruptedException {
    if (exchange.getRequestMethod().equals("GET")
        && exchange.getRequestURI().getPath().contains("/tables/")
        && late.get() != null
        && questions.incrementAndGet() > 1) {
      client.send(late.getAndSet(null), HttpResponse.BodyHandlers.discarding());
    }
  }

  private boolean loses(HttpExchange exchange, byte[] body) {
    String text = lost.get();
    return text != null
        && exchange.getRequestMethod().equals("POST")
        && new String(body, StandardCharsets.UTF_8).contains(text)
        && lost.compareAndSet(text, null);
  }

  private HttpRequest request(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(catalog + exchange.getRequestURI().toString()))
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
    return request.build();
  }

  private void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    byte[] body = answer.body();
    if (exchange.getRequestURI().getPath().endsWith("/v1/config")) {
      body = config(new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
              }
            });
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Clients that may not repeat a request by themselves have to find out what became of it. */
  private String config(String offered) {
    String config = offered.replaceAll("\"idempotency-key-lifetime\":\"[^\"]*\",?", "");
    if (oneTableAtATime) {
      config = config.replaceAll("\"POST [^\"]*" + JOINT + "\",?", "");
    }
    return config.replace(",]", "]").replace(",}", "}");
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
