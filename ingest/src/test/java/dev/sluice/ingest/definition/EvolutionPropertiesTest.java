package dev.sluice.ingest.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a compatibility says, held to what the decoder does with events. */
class EvolutionPropertiesTest {
  private static final EventDecoder DECODER = new EventDecoder(DecodeLimits.standard());
  private static final int SAMPLES = 40;

  @Property(tries = 1_000)
  void backwardLetsThroughExactlyWhatKeepsOldEventsEvents(
      @ForAll("streams") Stream last, @ForAll("streams") Stream next, @ForAll long seed) {
    boolean compatible = Evolution.check(last, next, Compatibility.BACKWARD).isEmpty();
    assertThat(compatible).isEqualTo(takesAll(last, next, seed));
  }

  @Property(tries = 1_000)
  void forwardLetsThroughExactlyWhatWasAnEventBefore(
      @ForAll("streams") Stream last, @ForAll("streams") Stream next, @ForAll long seed) {
    boolean compatible = Evolution.check(last, next, Compatibility.FORWARD).isEmpty();
    assertThat(compatible).isEqualTo(takesAll(next, last, seed));
  }

  @Property(tries = 500)
  void fullIsBothAndNoneIsNothing(@ForAll("streams") Stream last, @ForAll("streams") Stream next) {
    assertThat(Evolution.check(last, next, Compatibility.NONE)).isEmpty();
    assertThat(Evolution.check(last, next, Compatibility.FULL))
        .containsAll(Evolution.check(last, next, Compatibility.BACKWARD))
        .containsAll(Evolution.check(last, next, Compatibility.FORWARD));
    assertThat(Evolution.check(last, last, Compatibility.FULL)).isEmpty();
  }

  /** Whether the reader takes what the writer's events may be. */
  private static boolean takesAll(Stream writer, Stream reader, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < SAMPLES; i++) {
      byte[] event = event(writer, random, i).toString().getBytes(StandardCharsets.UTF_8);
      assertThat(DECODER.decode(writer, event)).isInstanceOf(Decoded.Event.class);
      if (!(DECODER.decode(reader, event) instanceof Decoded.Event)) {
        return false;
      }
    }
    return true;
  }

  /** The first has nothing it need not have, the second all; numbers reach their ends soon. */
  private static ObjectNode event(Stream stream, Random random, int number) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    for (Field field : stream.fields()) {
      if (field.required() || (number > 0 && (number == 1 || random.nextBoolean()))) {
        switch (field.type()) {
          case STRING -> event.put(field.name(), "text " + random.nextInt());
          case INT -> event.put(field.name(), random.nextInt());
          case LONG -> event.put(field.name(), random.nextLong() | 1L << 40);
          case DOUBLE -> event.put(field.name(), random.nextInt() + 0.5);
          case BOOLEAN -> event.put(field.name(), random.nextBoolean());
          case TIMESTAMP -> event.put(field.name(), "2026-01-31T08:15:00Z");
          case UUID -> event.put(field.name(), "00000000-0000-0000-0000-000000000001");
        }
      }
    }
    return event;
  }

  @Provide
  Arbitrary<Stream> streams() {
    Arbitrary<FieldType> types =
        Arbitraries.of(
            FieldType.STRING,
            FieldType.INT,
            FieldType.LONG,
            FieldType.DOUBLE,
            FieldType.BOOLEAN,
            FieldType.UUID);
    return Combinators.combine(
            types.list().ofSize(4), Arbitraries.integers().between(0, 2).list().ofSize(4))
        .as(
            (kinds, presences) -> {
              List<Field> fields = new ArrayList<>();
              fields.add(new Field("always", FieldType.STRING, false));
              for (int i = 0; i < kinds.size(); i++) {
                if (presences.get(i) > 0) {
                  fields.add(new Field("f" + i, kinds.get(i), presences.get(i) == 2));
                }
              }
              return new Stream("s", fields, Optional.empty(), Optional.empty(), 1);
            });
  }
}
