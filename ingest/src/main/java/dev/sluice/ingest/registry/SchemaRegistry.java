package dev.sluice.ingest.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ingest.avro.SchemaAnswer;
import dev.sluice.ingest.avro.SchemaName;
import dev.sluice.ingest.avro.SchemaSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Schemas by their ids in a registry. An id is never given to another schema, so what was found is
 * known for good, as far as memory goes. What was not found may be registered later, or be known to
 * another server of the registry, so that is remembered for a while only. After a failure everybody
 * is told of it for as long as an answer may take, and only then is the registry asked again: so
 * readers of many shards spend at most half of their time waiting.
 */
public final class SchemaRegistry implements SchemaSource {

  /** Schemas one schema may refer to, directly or not. */
  private static final int REFERENCES = 100;

  /**
   * So many ids it does not know are asked for in the time an answer is kept. Bytes that are no
   * Avro look like an id each, and who asks for all of them reads nothing else.
   */
  private static final int STRANGERS = 200;

  private final RegistrySettings settings;
  private final InstantSource clock;
  private final RegistryClient client;
  private final Map<Long, Schema> found;
  private final Map<Long, Instant> unknown;
  private Optional<SchemaAnswer.Unavailable> failure = Optional.empty();
  private Instant failedUntil = Instant.MIN;
  private Instant countedSince = Instant.EPOCH;
  private int strangers;

  private SchemaRegistry(RegistrySettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.client = new RegistryClient(settings);
    this.found = leastUsedFirst(settings.schemasKept());
    this.unknown = leastUsedFirst(settings.schemasKept());
  }

  /** The registry of the settings, or one that knows no schema. */
  public static SchemaSource of(RegistrySettings settings, InstantSource clock) {
    return settings.url().isPresent() ? new SchemaRegistry(settings, clock) : SchemaSource.none();
  }

  private static <V> Map<Long, V> leastUsedFirst(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
        return size() > most;
      }
    };
  }

  /** One thread asks at a time: most others want the same schema. */
  @Override
  public synchronized SchemaAnswer find(SchemaName name) {
    if (name.kind() != SchemaName.Kind.ID || name.value() < 0) {
      return SchemaSource.none().find(name);
    }
    Schema schema = found.get(name.value());
    if (schema != null) {
      return new SchemaAnswer.Found(schema);
    }
    Instant now = clock.instant();
    Instant known = unknown.get(name.value());
    if (known != null && now.isBefore(known.plus(settings.unknownKept()))) {
      return unknown(name);
    }
    if (failure.isPresent() && now.isBefore(failedUntil)) {
      return failure.get();
    }
    if (now.isAfter(countedSince.plus(settings.unknownKept()))) {
      countedSince = now;
      strangers = 0;
    }
    if (strangers >= STRANGERS) {
      return new SchemaAnswer.Unavailable(
          "the registry was asked for "
              + STRANGERS
              + " ids it does not know within "
              + settings.unknownKept()
              + ": it is left alone for a while");
    }
    SchemaAnswer answer = ask(name);
    if (answer instanceof SchemaAnswer.Found one) {
      found.put(name.value(), one.schema());
    } else if (answer instanceof SchemaAnswer.Unknown) {
      unknown.put(name.value(), now);
      strangers++;
    } else if (answer instanceof SchemaAnswer.Unavailable one) {
      failure = Optional.of(one);
      failedUntil = clock.instant().plus(settings.timeout());
    }
    return answer;
  }

  private SchemaAnswer unknown(SchemaName name) {
    return new SchemaAnswer.Unknown(
        "neither the stream nor the registry "
            + settings.url().orElseThrow()
            + " has a schema of "
            + name);
  }

  private SchemaAnswer ask(SchemaName name) {
    try {
      Optional<JsonNode> registered = client.get("/schemas/ids/" + name.value());
      if (registered.isEmpty()) {
        return unknown(name);
      }
      JsonNode body = registered.get();
      String type = body.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        return new SchemaAnswer.Unknown(
            "in the registry, " + name + " is a schema of " + type + ", not of Avro");
      }
      Schema.Parser parser =
          new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
      references(body, parser, new HashSet<>(), clock.instant().plus(settings.timeout()));
      return new SchemaAnswer.Found(parser.parse(text(body, name.toString())));
    } catch (RegistryClient.UnavailableException e) {
      return new SchemaAnswer.Unavailable(e.getMessage());
    } catch (RuntimeException e) {
      // The registry did answer, and will not answer otherwise: no shard is to wait for that.
      return new SchemaAnswer.Unknown(
          "the registry's schema of " + name + " cannot be used: " + e.getMessage());
    }
  }

  /** What a schema refers to is parsed before it, by the same parser. */
  private void references(JsonNode body, Schema.Parser parser, Set<String> seen, Instant until)
      throws RegistryClient.UnavailableException {
    for (JsonNode reference : body.path("references")) {
      String path =
          "/subjects/"
              + URLEncoder.encode(reference.path("subject").asText(), StandardCharsets.UTF_8)
                  .replace("+", "%20")
              + "/versions/"
              + reference.path("version").asInt();
      if (!seen.add(path)) {
        continue;
      }
      if (clock.instant().isAfter(until)) {
        throw new RegistryClient.UnavailableException(
            "the registry did not answer for all that a schema refers to within "
                + settings.timeout());
      }
      if (seen.size() > REFERENCES) {
        throw new IllegalArgumentException(
            "a schema of the registry refers to more than " + REFERENCES + " others");
      }
      JsonNode there =
          client
              .get(path)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "a schema of the registry refers to " + path + ", which is not there"));
      references(there, parser, seen, until);
      var unused = parser.parse(text(there, path));
    }
  }

  private static String text(JsonNode body, String what)
      throws RegistryClient.UnavailableException {
    if (!body.path("schema").isTextual()) {
      throw new RegistryClient.UnavailableException(
          "the registry's answer for " + what + " has no schema: look at registry.url");
    }
    return body.path("schema").textValue();
  }
}
