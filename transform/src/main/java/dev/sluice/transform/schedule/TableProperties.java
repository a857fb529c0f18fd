package dev.sluice.transform.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.transform.schedule.CatalogWire.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The properties of an Iceberg table, over its REST catalog.
 *
 * <p>No Iceberg catalog compares properties: of what a commit may require, only the uuid, the ids
 * of schemas, specs and orders, and where a branch or tag points. So a swap moves a tag with it.
 * The tag's name holds the version; the swap to the next one requires that the tag of this one is
 * there and puts the next in its place, in the one commit that sets the properties. Numbers only
 * grow, so a tag that is gone never comes back, and whoever read the version before is refused. The
 * first swap of all requires that a tag does not exist which is never removed after.
 */
final class TableProperties implements SharedProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VERSION = "sluice.schedule-version";
  private static final String FIRST = "sluice-schedule";
  private static final String TAG = FIRST + "-";
  private static final String BOUNDED = "write.metadata.delete-after-commit.enabled";

  /** A table in a catalog. */
  record Place(URI catalog, String namespace, String table) {
    @Override
    public String toString() {
      return namespace + "." + table + " of " + catalog;
    }
  }

  /** The table that the runs of a lake are written down in. */
  static Place runs(URI catalog) {
    return new Place(catalog, "ops", "runs");
  }

  private final Place place;
  private final CatalogWire wire;
  private final Supplier<String> nonces;
  private Optional<URI> table = Optional.empty();

  /**
   * @param nonces never the same text twice, here or in another process
   */
  TableProperties(Place place, CatalogWire wire, Supplier<String> nonces) {
    this.place = place;
    this.wire = wire;
    this.nonces = nonces;
  }

  @Override
  public Seen read() throws IOException {
    JsonNode metadata = load();
    Map<String, String> values = new LinkedHashMap<>();
    metadata
        .path("properties")
        .properties()
        .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
    return new Seen(values, version(values), compared(metadata).toString());
  }

  /** What a swap will compare with: the table's uuid, its snapshot, and where the tags point. */
  private JsonNode compared(JsonNode metadata) throws IOException {
    JsonNode snapshot = metadata.path("current-snapshot-id");
    if (snapshot.asLong(-1) < 0) {
      throw new Missing(place + " has no snapshot yet, so no tag can be set on it");
    }
    ObjectNode compared = JSON.createObjectNode();
    compared.set("uuid", metadata.path("table-uuid"));
    compared.set("snapshot", snapshot);
    ObjectNode refs = compared.putObject("refs");
    metadata
        .path("refs")
        .properties()
        .forEach(
            ref -> {
              if (ref.getKey().startsWith(FIRST)) {
                refs.set(ref.getKey(), ref.getValue().path("snapshot-id"));
              }
            });
    return compared;
  }

  @Override
  public Swap swap(Seen seen, Map<String, String> set) throws IOException {
    JsonNode compared = JSON.readTree(seen.place());
    String version = (seen.version() + 1) + " " + nonces.get();
    Reply answer;
    try {
      answer = wire.post(table(), body(seen, compared, version, set));
    } catch (IOException lost) {
      return look(seen, version);
    }
    int status = answer.status();
    if (status == 409) {
      // By another; or by ourselves, where something on the way sent it twice.
      return look(seen, version) == Swap.DONE ? Swap.DONE : Swap.BEATEN;
    }
    if (status >= 500) {
      return look(seen, version);
    }
    if (status >= 300) {
      // A snapshot that was current may have been expired since; then the next reading helps.
      return read().version() != seen.version() ? Swap.BEATEN : refuse("was not changed", answer);
    }
    return Swap.DONE;
  }

  /**
   * The answer was lost. What is not there may still be on its way, and is not taken for refused.
   */
  private Swap look(Seen seen, String version) {
    try {
      Seen now = read();
      if (now.values().getOrDefault(VERSION, "").equals(version)) {
        return Swap.DONE;
      }
      return now.version() > seen.version() ? Swap.BEATEN : Swap.UNKNOWN;
    } catch (IOException stillLost) {
      return Swap.UNKNOWN;
    }
  }

  private static String body(
      Seen seen, JsonNode compared, String version, Map<String, String> set) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode requirements = body.putArray("requirements");
    requirements.addObject().put("type", "assert-table-uuid").set("uuid", compared.path("uuid"));
    JsonNode refs = compared.path("refs");
    String now = seen.version() == 0 ? FIRST : TAG + seen.version();
    requirements
        .addObject()
        .put("type", "assert-ref-snapshot-id")
        .put("ref", now)
        .set("snapshot-id", seen.version() == 0 ? null : refs.path(now));
    ArrayNode updates = body.putArray("updates");
    // Both follow the table, so that they keep no old snapshot from being expired.
    tag(updates, FIRST, compared);
    tag(updates, TAG + (seen.version() + 1), compared);
    if (seen.version() > 0) {
      updates.addObject().put("action", "remove-snapshot-ref").put("ref-name", now);
    }
    ObjectNode properties =
        updates.addObject().put("action", "set-properties").putObject("updates");
    set.forEach(properties::put);
    properties.put(VERSION, version);
    if (!seen.values().containsKey(BOUNDED)) {
      // Each swap is a metadata file.
      properties.put(BOUNDED, "true");
    }
    return body.toString();
  }

  private static void tag(ArrayNode updates, String name, JsonNode compared) {
    updates
        .addObject()
        .put("action", "set-snapshot-ref")
        .put("ref-name", name)
        .put("type", "tag")
        .set("snapshot-id", compared.path("snapshot"));
  }

  private JsonNode load() throws IOException {
    Reply answer = wire.get(table());
    if (answer.status() == 404) {
      throw new Missing("there is no table " + place);
    }
    if (answer.status() != 200) {
      refuse("cannot be read", answer);
    }
    return json(answer).path("metadata");
  }

  /** Where the table is: the catalog says under which prefix. */
  private URI table() throws IOException {
    if (table.isEmpty()) {
      URI root = URI.create(place.catalog().toString().replaceAll("/+$", "") + "/v1/");
      Reply answer = wire.get(root.resolve("config"));
      if (answer.status() != 200) {
        refuse("is in a catalog that has no configuration", answer);
      }
      JsonNode config = json(answer);
      String prefix =
          config.at("/overrides/prefix").asText(config.at("/defaults/prefix").asText(""));
      String path = prefix.isEmpty() ? "" : prefix + "/";
      table =
          Optional.of(
              root.resolve(
                  path
                      + "namespaces/"
                      + URLEncoder.encode(place.namespace(), StandardCharsets.UTF_8)
                      + "/tables/"
                      + URLEncoder.encode(place.table(), StandardCharsets.UTF_8)));
    }
    return table.get();
  }

  private Swap refuse(String what, Reply answer) throws IOException {
    String said = "";
    try {
      said = JSON.readTree(answer.body()).at("/error/message").asText("");
    } catch (JsonProcessingException notJson) {
      said = answer.body().lines().findFirst().orElse("");
    }
    throw new IOException(
        place + " " + what + ": the catalog answered " + answer.status() + " " + said);
  }

  private static JsonNode json(Reply answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private static long version(Map<String, String> values) throws IOException {
    String text = values.getOrDefault(VERSION, "0");
    try {
      return Long.parseLong(text.split(" ", -1)[0]);
    } catch (NumberFormatException notOurs) {
      throw new IOException("property " + VERSION + " is '" + text + "', which no scheduler wrote");
    }
  }
}
