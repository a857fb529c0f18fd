package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One call as it came.
 *
 * @param pathSecret what follows the webhook's name in the path
 * @param headers by their names in lower case
 */
record Call(
    Optional<String> pathSecret,
    Map<String, List<String>> query,
    Map<String, List<String>> form,
    Map<String, String> headers,
    Buffer body,
    Instant received) {
  Call {
    Objects.requireNonNull(pathSecret, "pathSecret");
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    form = Collections.unmodifiableMap(new LinkedHashMap<>(form));
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(received, "received");
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  Optional<JsonNode> query(String name) {
    return value(query, name);
  }

  Optional<JsonNode> form(String name) {
    return value(form, name);
  }

  /** The same with what its body's form holds. */
  Call withForm(Map<String, List<String>> read) {
    return new Call(pathSecret, query, read, headers, body, received);
  }

  /** The same without a parameter that is nobody's business any more. */
  Call withoutQuery(String name) {
    Map<String, List<String>> rest = new LinkedHashMap<>(query);
    rest.remove(name);
    return new Call(pathSecret, rest, form, headers, body, received);
  }

  /** The same without its query: what no signature covers anybody could have added. */
  Call signedOnly() {
    return new Call(pathSecret, Map.of(), form, headers, body, received);
  }

  private static Optional<JsonNode> value(Map<String, List<String>> from, String name) {
    return Optional.ofNullable(from.get(name)).map(Call::node);
  }

  /** One text, or all of a parameter that came several times. */
  static JsonNode node(List<String> values) {
    if (values.size() == 1) {
      return TextNode.valueOf(values.get(0));
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    values.forEach(all::add);
    return all;
  }
}
