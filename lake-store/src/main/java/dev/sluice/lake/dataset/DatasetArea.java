package dev.sluice.lake.dataset;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Datasets that are no tables over HTTP, at {@code /api/v1/datasets}. */
public final class DatasetArea implements Area {
  private static final String ROOT = "/api/v1/datasets";
  private static final String SUGGESTIONS = "/api/v1/dataset-suggestions";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}";
  private static final int MAX_TEXT = 10_000;
  private static final int MAX_TAGS = 50;
  private static final int MAX_SUGGESTIONS = 500;
  private static final Set<String> FIELDS =
      Set.of("bucket", "prefix", "description", "owner", "onCall", "tags");

  private final Datasets datasets;
  private final Predicate<String> mayRead;
  private final Predicate<String> mayDeclare;
  private final Workers workers;

  /**
   * @param mayRead who may see datasets: no right is given on one alone
   */
  public DatasetArea(
      Datasets datasets, Predicate<String> mayRead, Predicate<String> mayDeclare, Workers workers) {
    this.datasets = datasets;
    this.mayRead = mayRead;
    this.mayDeclare = mayDeclare;
    this.workers = workers;
  }

  @Override
  public boolean owns(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/") || path.equals(SUGGESTIONS);
  }

  @Override
  public List<Route> routes() {
    String one = ROOT + "/{name}";
    return List.of(
        new Route("GET", ROOT),
        new Route("GET", one),
        new Route("PUT", one),
        new Route("DELETE", one),
        new Route("GET", SUGGESTIONS));
  }

  @Override
  public Workers workers() {
    return workers;
  }

  private static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  @Override
  public Reply answer(Call call) {
    boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
    if (!(reads ? mayRead : mayDeclare).test(call.caller())) {
      return Reply.error(
          403,
          "ForbiddenException",
          call.caller()
              + (reads
                  ? " may not see datasets: it needs read"
                  : " may not declare datasets: it needs write")
              + " on *");
    }
    try {
      if (call.path().equals(SUGGESTIONS)) {
        return suggestions();
      }
      if (call.path().equals(ROOT)) {
        return list();
      }
      String name = call.path().substring(ROOT.length() + 1);
      if (!name.matches(NAME)) {
        return refused(
            400, "a dataset's name is letters, digits, '_', '.' and '-', 128 of them at most");
      }
      return one(call, name, reads);
    } catch (Wrong wrong) {
      return refused(400, wrong.getMessage());
    }
  }

  private Reply one(Call call, String name, boolean reads) {
    if (reads) {
      return datasets.find(name).map(found -> ok(200, json(found))).orElseGet(() -> unknown(name));
    }
    if (call.method().equals("PUT")) {
      return declare(name, call);
    }
    return datasets.remove(name) ? Reply.empty(204) : unknown(name);
  }

  private static Reply unknown(String name) {
    return Reply.error(404, "NotFoundException", "no dataset '" + name + "' is declared");
  }

  private Reply declare(String name, Call call) {
    Declaration declaration = read(name, call);
    if (!datasets.holds(declaration.bucket())) {
      throw new Wrong("there is no bucket '" + declaration.bucket() + "'");
    }
    return switch (datasets.declare(declaration)) {
      case TOO_MANY ->
          refused(409, "no more datasets can be declared (datasets.most): remove one first");
      case MADE -> ok(201, json(datasets.find(name).orElseThrow()));
      case CHANGED -> ok(200, json(datasets.find(name).orElseThrow()));
    };
  }

  private static Declaration read(String name, Call call) {
    JsonNode json;
    try {
      json = JSON.readTree(call.body().getBytes());
    } catch (JacksonException notJson) {
      throw new Wrong("the body is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException impossible) {
      throw new Wrong("the body cannot be read");
    }
    if (!json.isObject()) {
      throw new Wrong("send {\"bucket\": \"…\", \"prefix\": \"…\"}");
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new Wrong(
            "'"
                + field.getKey()
                + "' is not understood; there are bucket, prefix, description, owner, onCall and tags");
      }
    }
    String bucket = text(json, "bucket");
    if (bucket.isEmpty()) {
      throw new Wrong("bucket is missing");
    }
    return new Declaration(
        name,
        bucket,
        text(json, "prefix"),
        text(json, "description"),
        text(json, "owner"),
        text(json, "onCall"),
        tags(json.path("tags")));
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    boolean plain =
        value.isTextual()
            && value.textValue().length() <= MAX_TEXT
            && value
                .textValue()
                .codePoints()
                .noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    if (!plain) {
      throw new Wrong(field + " is no text of " + MAX_TEXT + " characters at most");
    }
    return value.textValue();
  }

  private static List<String> tags(JsonNode value) {
    List<String> tags = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return tags;
    }
    if (!value.isArray() || value.size() > MAX_TAGS) {
      throw new Wrong("tags is no array of " + MAX_TAGS + " at most");
    }
    for (JsonNode tag : value) {
      if (!tag.isTextual() || !tag.textValue().matches("[\\p{L}\\p{N}_:.-]{1,64}")) {
        throw new Wrong("a tag is letters, digits, '_', ':', '.' and '-', 64 of them at most");
      }
      tags.add(tag.textValue());
    }
    return tags;
  }

  private Reply list() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode all = answer.putArray("datasets");
    datasets.all().forEach(each -> all.add(json(each)));
    return ok(200, answer);
  }

  private Reply suggestions() {
    if (!datasets.follows()) {
      return Reply.error(
          501,
          "UnsupportedOperationException",
          "places are suggested of the lake's own store only: storage.kind is another");
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode all = answer.putArray("suggestions");
    for (ObjectSource.Place place : datasets.undeclared(MAX_SUGGESTIONS)) {
      all.addObject().put("bucket", place.bucket()).put("prefix", place.prefix());
    }
    return ok(200, answer);
  }

  /** A dataset as it is answered. */
  public static ObjectNode json(Counted counted) {
    Declaration declaration = counted.declaration();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", declaration.name()).put("location", declaration.location());
    node.put("bucket", declaration.bucket()).put("prefix", declaration.prefix());
    node.put("description", declaration.description()).put("owner", declaration.owner());
    node.put("onCall", declaration.onCall());
    ArrayNode tags = node.putArray("tags");
    declaration.tags().forEach(tags::add);
    node.put("state", counted.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    counted.counted().ifPresent(at -> node.put("counted", at.toString()));
    counted.changed().ifPresent(at -> node.put("lastChange", at.toString()));
    node.put("objects", counted.objects()).put("bytes", counted.bytes());
    ArrayNode types = node.putArray("types");
    for (Counted.Type type : counted.types()) {
      types
          .addObject()
          .put("type", type.name())
          .put("objects", type.objects())
          .put("bytes", type.bytes());
    }
    return node;
  }

  private static Reply ok(int status, ObjectNode answer) {
    return Reply.json(status, answer);
  }

  private static Reply refused(int status, String message) {
    return Reply.error(status, "BadRequestException", message);
  }
}
