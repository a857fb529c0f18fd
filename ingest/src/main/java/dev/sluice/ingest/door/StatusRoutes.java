package dev.sluice.ingest.door;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code GET /readyz}: whether to send anything here now; {@code GET /v1/openapi.json}: how. */
final class StatusRoutes {
  private static final String DOCUMENT = "openapi.json";

  private final Supplier<Optional<String>> notReady;
  private final Replies replies;

  StatusRoutes(Supplier<Optional<String>> notReady, Replies replies) {
    this.notReady = notReady;
    this.replies = replies;
  }

  void mount(Router router) {
    router
        .get("/readyz")
        .handler(
            routing -> {
              Optional<String> why = notReady.get();
              ObjectNode body = JsonNodeFactory.instance.objectNode();
              body.put("ready", why.isEmpty());
              why.ifPresent(text -> body.put("why", text));
              replies.json(
                  routing.request(), why.isEmpty() ? 200 : 503, Buffer.buffer(body.toString()));
            });
    Buffer document = read();
    router
        .get("/v1/openapi.json")
        .handler(routing -> replies.json(routing.request(), 200, document));
  }

  private static Buffer read() {
    try (InputStream in = StatusRoutes.class.getResourceAsStream(DOCUMENT)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + DOCUMENT + " is not on the class path");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
