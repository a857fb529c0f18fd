package dev.sluice.lake.book;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.said.Mask;
import dev.sluice.lake.book.shelf.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A few rows, read when they are asked for. A column of a class of personal data is masked, and one
 * with such a field inside it is hidden; so is one that the book does not know yet.
 */
final class Sample {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Sampling sampling;
  private final byte[] key;

  Sample(Sampling sampling, byte[] key) {
    this.sampling = sampling;
    this.key = key.clone();
  }

  ObjectNode of(Shelf.Volume volume, String caller, int rows) {
    TableIdentifier name = volume.page().name();
    String sql =
        "SELECT * FROM lake."
            + quoted(name.namespace().toString())
            + "."
            + quoted(name.name())
            + " LIMIT "
            + rows;
    Sampling.Outcome outcome = sampling.ask(caller, sql);
    if (outcome instanceof Sampling.Refused refused) {
      throw RefusedCall.of(refused.status(), refused.type(), refused.message());
    }
    return masked(volume, ((Sampling.Rows) outcome).answer());
  }

  private ObjectNode masked(Shelf.Volume volume, JsonNode answer) {
    List<Optional<Mask>> masks = new ArrayList<>();
    ObjectNode json = JSON.objectNode();
    json.put("name", volume.page().name().toString());
    ArrayNode columns = json.putArray("columns");
    for (JsonNode column : answer.path("columns")) {
      Optional<Mask> mask = mask(volume, column.path("name").asText());
      masks.add(mask);
      ObjectNode one = columns.addObject();
      one.put("name", column.path("name").asText()).put("type", column.path("type").asText());
      mask.ifPresent(way -> one.put("mask", way.word()));
    }
    ArrayNode rows = json.putArray("rows");
    for (JsonNode row : answer.path("rows")) {
      ArrayNode shown = rows.addArray();
      for (int i = 0; i < masks.size(); i++) {
        shown.add(masked(row.path(i), masks.get(i)));
      }
    }
    return json;
  }

  private JsonNode masked(JsonNode value, Optional<Mask> mask) {
    if (mask.isEmpty() || value.isNull()) {
      return value;
    }
    Mask way = value.isValueNode() ? mask.get() : Mask.HIDE;
    return JSON.textNode(way.apply(value.asText(), key));
  }

  private static Optional<Mask> mask(Shelf.Volume volume, String name) {
    Words words = new Words(volume);
    List<Column> inside =
        volume.page().facts().map(Facts::columns).orElse(List.of()).stream()
            .filter(each -> each.path().equals(name) || each.path().startsWith(name + "."))
            .toList();
    List<Mask> masks = inside.stream().flatMap(each -> words.mask(each).stream()).toList();
    if (inside.isEmpty() || masks.size() > 1) {
      return Optional.of(Mask.HIDE);
    }
    boolean own = words.mask(inside.get(0)).isPresent() && inside.get(0).path().equals(name);
    return masks.isEmpty() || own ? masks.stream().findFirst() : Optional.of(Mask.HIDE);
  }

  private static String quoted(String name) {
    return name.codePoints()
        .mapToObj(c -> c == '"' ? "\"\"" : Character.toString(c))
        .collect(Collectors.joining("", "\"", "\""));
  }
}
