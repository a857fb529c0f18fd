package dev.sluice.ingest.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.ingest.stream.EventFormat;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What the peer's converter asks of its registry: once, for the one schema, and for what that
 * refers to.
 */
final class ApicurioFront implements Closeable {
  private static final String API = "/apis/registry/v2";

  private final HttpServer server;

  ApicurioFront(EventFormat.WriterSchema schema) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String path = API + "/ids/contentIds/" + schema.id().orElseThrow();
    server.createContext("/", exchange -> answer(exchange, 404, "{}"));
    server.createContext(path, exchange -> answer(exchange, 200, schema.json()));
    server.createContext(path + "/references", exchange -> answer(exchange, 200, "[]"));
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + API);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
