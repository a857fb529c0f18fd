package dev.sluice.ingest.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EventDecoderPropertiesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Stream STREAM = Streams.shipped().find("sensor-readings").orElseThrow();
  private final EventDecoder decoder = new EventDecoder(DecodeLimits.standard());

  @Property(tries = 300)
  void noBytesAtAllMakeTheDecoderThrow(@ForAll byte[] bytes) {
    assertThat(decoder.decode(STREAM, bytes)).isEqualTo(decoder.decode(STREAM, bytes));
  }

  @Property(tries = 500)
  void aDamagedEventIsDecodedOrRefusedInsideItsBytes(
      @ForAll("extras") ObjectNode extra, @ForAll byte damage, @ForAll int place) {
    byte[] bytes = event(extra).toString().getBytes(UTF_8);
    bytes[Math.floorMod(place, bytes.length)] = damage;
    Decoded decoded = decoder.decode(STREAM, bytes);
    assertThat(decoder.decode(STREAM, bytes)).isEqualTo(decoded);
    if (decoded instanceof Decoded.Refused refused) {
      refused.position().ifPresent(p -> assertThat(p.offset()).isBetween(0L, (long) bytes.length));
    }
  }

  @Property(tries = 500)
  void unknownFieldsComeOutAsTheJsonTheyWere(@ForAll("extras") ObjectNode extra)
      throws JsonProcessingException {
    String text = event(extra).toPrettyString();
    Decoded decoded = decoder.decode(STREAM, text.getBytes(UTF_8));
    assertThat(decoded).isInstanceOf(Decoded.Event.class);
    ObjectNode back = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> entry : ((Decoded.Event) decoded).extra().entrySet()) {
      back.set(entry.getKey(), JSON.readTree(entry.getValue()));
    }
    assertThat(back).isEqualTo(extra);
  }

  private static ObjectNode event(ObjectNode extra) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("event_id", "e");
    event.setAll(extra);
    return event.put("event_time", 0).put("device_id", "d").put("metric", "m").put("value", 1.5);
  }

  @Provide
  Arbitrary<ObjectNode> extras() {
    return objects(2);
  }

  private static Arbitrary<ObjectNode> objects(int depth) {
    Arbitrary<String> names = Arbitraries.strings().ofMaxLength(4).map(s -> "x" + pairedOnly(s));
    return Arbitraries.maps(names, values(depth))
        .ofMaxSize(4)
        .map(
            map -> {
              ObjectNode node = JsonNodeFactory.instance.objectNode();
              map.forEach(node::set);
              return node;
            });
  }

  private static Arbitrary<JsonNode> values(int depth) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaves =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8).map(s -> (JsonNode) nodes.textNode(pairedOnly(s))),
            Arbitraries.integers().map(i -> (JsonNode) nodes.numberNode(i)),
            Arbitraries.doubles().map(d -> (JsonNode) nodes.numberNode(d)),
            Arbitraries.of(nodes.nullNode(), nodes.booleanNode(true), nodes.booleanNode(false)));
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<JsonNode> arrays =
        Combinators.combine(leaves, objects(depth - 1))
            .as((leaf, object) -> nodes.arrayNode().add(leaf).add(object));
    return Arbitraries.oneOf(leaves, arrays, objects(depth - 1).map(o -> (JsonNode) o));
  }

  private static String pairedOnly(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }
}
