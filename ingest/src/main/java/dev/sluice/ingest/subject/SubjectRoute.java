package dev.sluice.ingest.subject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's HTTP interface below {@code /registry}, as the clients of Confluent's ask it. All
 * of it runs beside the event loop, one request after the other.
 */
public final class SubjectRoute implements Consumer<Router> {
  private static final Logger LOG = LoggerFactory.getLogger(SubjectRoute.class);
  private static final String ROOT = "/registry";
  private static final String TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int LONGEST_BODY = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;
  private final Subjects subjects;

  public SubjectRoute(Vertx vertx, Subjects subjects) {
    this.vertx = vertx;
    this.subjects = subjects;
  }

  private interface Question {
    JsonNode answer(RoutingContext routing);
  }

  @Override
  public void accept(Router router) {
    // Owned by Vert.x, closed with it.
    WorkerExecutor worker = vertx.createSharedWorkerExecutor("registry", 1, 5, TimeUnit.MINUTES);
    BodyHandler body = BodyHandler.create(false).setBodyLimit(LONGEST_BODY);
    Function<Question, io.vertx.core.Handler<RoutingContext>> answers =
        question -> routing -> answer(routing, worker, question);
    router.get(ROOT).handler(answers.apply(routing -> JSON.createObjectNode()));
    router.get(ROOT + "/schemas/types").handler(answers.apply(routing -> array("AVRO")));
    router.get(ROOT + "/schemas/ids/:id").handler(answers.apply(this::byId));
    router.get(ROOT + "/schemas/ids/:id/versions").handler(answers.apply(this::usesOf));
    router
        .get(ROOT + "/subjects")
        .handler(answers.apply(routing -> array(subjects.shelf().subjects().toArray())));
    router.post(ROOT + "/subjects/:s").handler(body).handler(answers.apply(this::lookUp));
    router.get(ROOT + "/subjects/:s/versions").handler(answers.apply(this::versions));
    router
        .post(ROOT + "/subjects/:s/versions")
        .handler(body)
        .handler(answers.apply(this::register));
    router.get(ROOT + "/subjects/:s/versions/:v").handler(answers.apply(this::version));
    router
        .get(ROOT + "/subjects/:s/versions/:v/schema")
        .handler(answers.apply(routing -> parsed(version(routing).path("schema").asText())));
    router
        .post(ROOT + "/compatibility/subjects/:s/versions")
        .handler(body)
        .handler(answers.apply(this::compatible));
    router
        .post(ROOT + "/compatibility/subjects/:s/versions/:v")
        .handler(body)
        .handler(answers.apply(this::compatible));
    router.get(ROOT + "/config").handler(answers.apply(this::levelOfAll));
    router.put(ROOT + "/config").handler(body).handler(answers.apply(this::setLevel));
    router.get(ROOT + "/config/:s").handler(answers.apply(this::levelOfOne));
    router.put(ROOT + "/config/:s").handler(body).handler(answers.apply(this::setLevel));
  }

  private JsonNode byId(RoutingContext routing) {
    return object().put("schema", known(routing).toString());
  }

  private Schema known(RoutingContext routing) {
    String asked = routing.pathParam("id");
    return number(asked)
        .flatMap(id -> subjects.shelf().schema(id))
        .orElseThrow(() -> RegistryException.noSchema(asked + " "));
  }

  private JsonNode usesOf(RoutingContext routing) {
    int id = subjects.shelf().id(known(routing)).orElseThrow();
    ArrayNode uses = JsonNodeFactory.instance.arrayNode();
    for (String subject : subjects.shelf().subjects()) {
      int at = subjects.shelf().versions(subject).indexOf(id);
      if (at >= 0) {
        uses.addObject().put("subject", subject).put("version", at + 1);
      }
    }
    return uses;
  }

  private JsonNode register(RoutingContext routing) {
    String subject = routing.pathParam("s");
    if (subject.isBlank() || subject.length() > 255) {
      throw RegistryException.badSchema("a subject has 1 to 255 characters");
    }
    return object().put("id", subjects.register(subject, said(routing)));
  }

  private JsonNode lookUp(RoutingContext routing) {
    String subject = routing.pathParam("s");
    List<Integer> versions = versionsOf(subject);
    int at = subjects.shelf().id(said(routing)).map(versions::indexOf).orElse(-1);
    if (at < 0) {
      throw RegistryException.noSchema("");
    }
    return described(subject, at + 1);
  }

  private JsonNode versions(RoutingContext routing) {
    ArrayNode numbers = JsonNodeFactory.instance.arrayNode();
    for (int i = 1; i <= versionsOf(routing.pathParam("s")).size(); i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private JsonNode version(RoutingContext routing) {
    String subject = routing.pathParam("s");
    return described(subject, numberOf(subject, routing.pathParam("v")));
  }

  private ObjectNode described(String subject, int version) {
    int id = versionsOf(subject).get(version - 1);
    return object()
        .put("subject", subject)
        .put("version", version)
        .put("id", id)
        .put("schema", subjects.shelf().schema(id).orElseThrow().toString());
  }

  private List<Integer> versionsOf(String subject) {
    List<Integer> versions = subjects.shelf().versions(subject);
    if (versions.isEmpty()) {
      throw RegistryException.noSubject(subject);
    }
    return versions;
  }

  private int numberOf(String subject, String version) {
    int last = versionsOf(subject).size();
    if (version.equals("latest") || version.equals("-1")) {
      return last;
    }
    int number =
        number(version).filter(n -> n > 0).orElseThrow(() -> RegistryException.badVersion(version));
    if (number > last) {
      throw RegistryException.noVersion(version);
    }
    return number;
  }

  private JsonNode compatible(RoutingContext routing) {
    String subject = routing.pathParam("s");
    Schema schema = said(routing);
    Level level = subjects.shelf().effective(subject);
    List<Schema> before = subjects.schemas(subject);
    String version = routing.pathParam("v");
    if (version != null) {
      int number = numberOf(subject, version);
      before = before.subList(number - 1, number);
    }
    List<String> objections = level.objections(schema, before);
    ObjectNode answer = object().put("is_compatible", objections.isEmpty());
    if (routing.queryParam("verbose").contains("true")) {
      answer.set("messages", array(objections.toArray()));
    }
    return answer;
  }

  private JsonNode levelOfAll(RoutingContext routing) {
    return object().put("compatibilityLevel", subjects.shelf().effective(Shelf.EVERY).name());
  }

  private JsonNode levelOfOne(RoutingContext routing) {
    String subject = routing.pathParam("s");
    Optional<Level> level = subjects.shelf().level(subject);
    if (level.isEmpty() && routing.queryParam("defaultToGlobal").contains("true")) {
      level = Optional.of(subjects.shelf().effective(subject));
    }
    return object()
        .put(
            "compatibilityLevel",
            level.orElseThrow(() -> RegistryException.noLevel(subject)).name());
  }

  private JsonNode setLevel(RoutingContext routing) {
    String asked = body(routing).path("compatibility").asText();
    Level level = Level.of(asked).orElseThrow(() -> RegistryException.badLevel(asked));
    subjects.level(Optional.ofNullable(routing.pathParam("s")).orElse(Shelf.EVERY), level);
    return object().put("compatibility", level.name());
  }

  private static Schema said(RoutingContext routing) {
    JsonNode body = body(routing);
    String type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RegistryException.badSchema("a schema of " + type + "; this registry keeps Avro only");
    }
    if (!body.path("references").isEmpty()) {
      throw RegistryException.badSchema("references are not kept here; write the types out");
    }
    if (!body.path("schema").isTextual()) {
      throw RegistryException.badSchema("the body has no schema");
    }
    try {
      return Shelf.parse(body.path("schema").asText());
    } catch (IllegalArgumentException e) {
      throw RegistryException.badSchema(e.getMessage());
    }
  }

  private static JsonNode body(RoutingContext routing) {
    byte[] bytes =
        Optional.ofNullable(routing.body().buffer()).map(b -> b.getBytes()).orElse(new byte[0]);
    return parsed(new String(bytes, StandardCharsets.UTF_8));
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw RegistryException.badSchema("the body is no JSON: " + e.getOriginalMessage());
    }
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ArrayNode array(Object... values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Object value : values) {
      array.add(value.toString());
    }
    return array;
  }

  private static void answer(RoutingContext routing, WorkerExecutor worker, Question question) {
    worker
        .<JsonNode>executeBlocking(() -> question.answer(routing))
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                reply(routing, 200, answer.result());
              } else if (answer.cause() instanceof RegistryException refused) {
                reply(
                    routing,
                    refused.status(),
                    object()
                        .put("error_code", refused.code())
                        .put("message", refused.getMessage()));
              } else {
                LOG.error("the registry failed", answer.cause());
                reply(
                    routing,
                    500,
                    object()
                        .put("error_code", 50001)
                        .put("message", String.valueOf(answer.cause().getMessage())));
              }
            });
  }

  private static void reply(RoutingContext routing, int status, JsonNode body) {
    if (!routing.response().closed()) {
      routing.response().setStatusCode(status).putHeader("Content-Type", TYPE).end(body.toString());
    }
  }
}
