package dev.sluice.ingest.streambook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.ingest.definition.Violation;
import dev.sluice.ingest.journal.JournalException;
import dev.sluice.ingest.log.LogException;
import dev.sluice.ingest.reply.JsonReply;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/streams}, {@code PUT} and {@code DELETE /v1/streams/{stream}}, {@code GET
 * /v1/streams/{stream}/versions} and one of them: declares streams, and shows how they were
 * declared. What waits for the log runs beside the event loop.
 */
public final class BookRoute implements Consumer<Router> {
  private static final Logger LOG = LoggerFactory.getLogger(BookRoute.class);
  private static final int LONGEST_BODY = 512 << 10;
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Vertx vertx;
  private final StreamBook book;

  public BookRoute(Vertx vertx, StreamBook book) {
    this.vertx = vertx;
    this.book = book;
  }

  @Override
  public void accept(Router router) {
    // Owned by Vert.x, closed with it.
    WorkerExecutor writer = vertx.createSharedWorkerExecutor("streambook", 1, 5, TimeUnit.MINUTES);
    BodyHandler body = BodyHandler.create(false).setBodyLimit(LONGEST_BODY);
    router
        .post("/v1/streams")
        .handler(body)
        .handler(routing -> answer(routing, writer, 201, () -> create(routing)));
    router
        .put("/v1/streams/:stream")
        .handler(body)
        .handler(routing -> answer(routing, writer, 200, () -> evolve(routing)));
    router
        .delete("/v1/streams/:stream")
        .handler(routing -> answer(routing, writer, 200, () -> delete(routing)));
    router.get("/v1/streams/:stream/versions").handler(routing -> at(routing, this::versions));
    router.get("/v1/streams/:stream/versions/:version").handler(routing -> at(routing, this::one));
  }

  private ObjectNode create(RoutingContext routing) {
    ObjectNode said = said(routing);
    String name = said.path("name").asText("");
    if (name.isEmpty()) {
      throw new RefusedException(400, "bad-definition", "give the stream a name");
    }
    return json(book.create(name, said));
  }

  private ObjectNode evolve(RoutingContext routing) {
    String name = routing.pathParam("stream");
    ObjectNode said = said(routing);
    if (!said.path("name").asText(name).equals(name)) {
      throw new RefusedException(
          400, "bad-definition", "the name of a stream stays; this one is " + name);
    }
    return json(book.evolve(name, said));
  }

  private ObjectNode delete(RoutingContext routing) {
    String name = routing.pathParam("stream");
    if (!routing.queryParam("yes").contains("true")) {
      throw new RefusedException(
          400,
          "unsure",
          "say yes=true: no more events of "
              + name
              + " are taken; its topic, its table and its versions stay");
    }
    StreamVersion gone = book.delete(name);
    ObjectNode answer = json(gone);
    ArrayNode stays = answer.putArray("stays");
    stays.add("topic " + gone.stream().topic());
    gone.stream().tableNames().forEach(table -> stays.add("table raw." + table));
    return answer;
  }

  private ObjectNode versions(RoutingContext routing) {
    String name = routing.pathParam("stream");
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("name", name);
    answer.put("origin", book.editions().origin(name).name().toLowerCase(Locale.ROOT));
    ArrayNode versions = answer.putArray("versions");
    book.versions(name).forEach(version -> versions.add(json(version)));
    return answer;
  }

  private ObjectNode one(RoutingContext routing) {
    String asked = routing.pathParam("version");
    String name = routing.pathParam("stream");
    return json(
        book.versions(name).stream()
            .filter(v -> Integer.toString(v.number()).equals(asked))
            .findFirst()
            .or(() -> asked.equals("latest") ? Optional.of(book.current(name)) : Optional.empty())
            .orElseThrow(
                () ->
                    new RefusedException(
                        404, "unknown-version", name + " has no version " + asked)));
  }

  private ObjectNode json(StreamVersion version) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", version.name()).put("version", version.number());
    node.put("origin", book.editions().origin(version.name()).name().toLowerCase(Locale.ROOT));
    if (!version.mark().isEmpty()) {
      node.put("at", version.at().toString());
    }
    if (version.deleted()) {
      node.put("deleted", true);
    }
    version
        .schema()
        .ifPresent(
            schema -> {
              node.put("schema", schema.json());
              schema.id().ifPresent(id -> node.put("schemaId", id));
            });
    node.set("definition", version.definition());
    return node;
  }

  /** YAML is JSON as well. */
  private static ObjectNode said(RoutingContext routing) {
    byte[] bytes =
        Optional.ofNullable(routing.body().buffer()).map(b -> b.getBytes()).orElse(new byte[0]);
    try {
      JsonNode node = YAML.readTree(new String(bytes, StandardCharsets.UTF_8));
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new RefusedException(
          400, "bad-definition", "a definition is one object, in JSON or YAML");
    } catch (JsonProcessingException e) {
      String what = e.getOriginalMessage().lines().findFirst().orElse("");
      String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      throw new RefusedException(
          400, "bad-definition", "the definition is no JSON or YAML" + where + ": " + what);
    }
  }

  private interface Reading {
    ObjectNode of(RoutingContext routing);
  }

  private static void at(RoutingContext routing, Reading reading) {
    try {
      JsonReply.json(routing, 200, reading.of(routing));
    } catch (RefusedException e) {
      refuse(routing, e);
    }
  }

  private static void answer(
      RoutingContext routing, WorkerExecutor executor, int status, Supplier<ObjectNode> work) {
    executor
        .<ObjectNode>executeBlocking(work::get)
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                JsonReply.json(routing, status, answer.result());
              } else if (answer.cause() instanceof RefusedException refused) {
                refuse(routing, refused);
              } else if (answer.cause() instanceof JournalException
                  || answer.cause() instanceof LogException) {
                LOG.warn("a stream could not be declared", answer.cause());
                JsonReply.refuse(routing, 503, "unavailable", answer.cause().getMessage());
              } else {
                LOG.error("a stream could not be declared", answer.cause());
                JsonReply.refuse(routing, 500, "internal", "it failed; the daemon's log says why");
              }
            });
  }

  private static void refuse(RoutingContext routing, RefusedException refused) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode error = body.putObject("error");
    error.put("type", refused.type()).put("message", refused.getMessage());
    error.put("code", refused.status());
    if (!refused.violations().isEmpty()) {
      ArrayNode violations = error.putArray("violations");
      for (Violation each : refused.violations()) {
        violations
            .addObject()
            .put("field", each.field())
            .put("rule", each.rule())
            .put("detail", each.detail());
      }
    }
    JsonReply.json(routing, refused.status(), body);
  }
}
