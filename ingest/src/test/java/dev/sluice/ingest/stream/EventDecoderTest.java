package dev.sluice.ingest.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
  private static final Stream STREAM =
      new Stream(
          "orders",
          List.of(
              new Field("id", FieldType.STRING, true),
              new Field("at", FieldType.TIMESTAMP, false),
              new Field("count", FieldType.LONG, false),
              new Field("price", FieldType.DOUBLE, false),
              new Field("paid", FieldType.BOOLEAN, false)),
          Optional.of("id"),
          Optional.of("at"),
          4);
  private final EventDecoder decoder = new EventDecoder(new DecodeLimits(4096, 8, 20));

  @Test
  void everyDeclaredFieldComesOutTyped() {
    Decoded.Event event =
        event(
            "{\"id\":\"ä€😀\",\"at\":\"2026-01-31T09:15:00.2501239+01:00\",\"count\":-3,\"price\":2.5e1,\"paid\":true}");
    assertThat(event.values())
        .containsExactly(
            Map.entry("id", "ä€😀"),
            Map.entry("at", Instant.parse("2026-01-31T08:15:00.250123Z")),
            Map.entry("count", -3L),
            Map.entry("price", 25.0),
            Map.entry("paid", true));
    assertThat(event.key()).contains("ä€😀");
    assertThat(event.time()).contains(Instant.parse("2026-01-31T08:15:00.250123Z"));
    assertThat(event.extra()).isEmpty();
  }

  @Test
  void unknownFieldsKeepTheirJsonTextAsSent() {
    Decoded.Event event =
        event(
            "{\"n\": 1.00e400 ,\"id\":\"a\", \"o\" : { \"x\" : [1, {\"y\":\"}\"}] } ,\"s\":\"q\\\"ä\",\"z\":null,\"t\":true}");
    assertThat(event.extra())
        .containsExactly(
            Map.entry("n", "1.00e400"),
            Map.entry("o", "{ \"x\" : [1, {\"y\":\"}\"}] }"),
            Map.entry("s", "\"q\\\"ä\""),
            Map.entry("z", "null"),
            Map.entry("t", "true"));
  }

  @Test
  void aTimeMayBeEpochMilliseconds() {
    assertThat(event("{\"id\":\"a\",\"at\":1769847300250}").time())
        .contains(Instant.parse("2026-01-31T08:15:00.250Z"));
  }

  @Test
  void nullSaysWhatAnAbsentFieldSays() {
    assertThat(event("{\"id\":\"a\",\"count\":null}").values()).containsOnlyKeys("id");
    assertThat(refused("{\"id\":null}").reason()).isEqualTo(RefusalReason.MISSING_FIELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "{",
        "{\"id\":\"a\"",
        "{\"id\":\"a\"}}",
        "{\"id\":\"a\"}{\"id\":\"b\"}",
        "{\"id\":\"a\",}",
        "{'id':\"a\"}",
        "{\"id\":\"a\n\"}",
        "{\"id\":\"a\",\"count\":01}",
        "{\"id\":\"a\",\"price\":NaN}",
        "{\"id\":\"a\",\"x\":[1,2}",
        "{\"id\":\"a\"} // x",
        "{\"id\":\"\\x\"}",
        "{\"id\":\"a\",\"price\":.5}",
        "\u0000",
        "\uFEFF{\"id\":\"a\"}"
      })
  void whatIsNotJsonIsRefusedWithItsPosition(String json) {
    Decoded.Refused refused = refused(json);
    assertThat(refused.reason()).isEqualTo(RefusalReason.MALFORMED_JSON);
    assertThat(refused.position()).isPresent();
    assertThat(refused.sentence())
        .contains(" at line ")
        .doesNotContain("\n")
        .doesNotContain("Source");
  }

  @Test
  void thePositionIsThatOfTheWrongByte() {
    for (String wrong : List.of("x", "}", "]", "#", "'")) {
      assertThat(refused("{\"id\":\"ä\",\n \"count\": " + wrong + "}").position())
          .as(wrong)
          .contains(new Position(2, 11, 22));
    }
    assertThat(refused("{\"id\":\"a\",\n \"count\": \"x\"}").position())
        .contains(new Position(2, 11, 21));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null", "true"})
  void whatIsNotAnObjectIsRefused(String json) {
    assertThat(refused(json).reason()).isEqualTo(RefusalReason.NOT_AN_OBJECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":7}",
        "{\"id\":{}}",
        "{\"id\":\"a\",\"count\":1.0}",
        "{\"id\":\"a\",\"count\":\"1\"}",
        "{\"id\":\"a\",\"price\":\"NaN\"}",
        "{\"id\":\"a\",\"paid\":1}",
        "{\"id\":\"a\",\"at\":true}",
        "{\"id\":\"a\",\"at\":\"2026-01-31\"}",
        "{\"id\":\"a\",\"at\":\"2026-01-31T08:15:00\"}",
        "{\"id\":\"a\",\"at\":\"2026-02-30T08:15:00Z\"}",
        "{\"id\":\"a\",\"at\":1.5}"
      })
  void aValueOfAnotherTypeIsRefused(String json) {
    assertThat(refused(json).reason()).isEqualTo(RefusalReason.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"a\",\"count\":9223372036854775808}", "{\"id\":\"a\",\"price\":1e400}",
        "{\"id\":\"a\",\"price\":-1e99999999999999999999}",
            "{\"id\":\"a\",\"at\":9223372036854775807}",
        "{\"id\":\"a\",\"at\":\"+12026-01-31T08:15:00Z\"}"
      })
  void aNumberOutOfRangeIsRefused(String json) {
    assertThat(refused(json).reason()).isEqualTo(RefusalReason.OUT_OF_RANGE);
  }

  @Test
  void aNumberOfThousandsOfDigitsIsRefused() {
    String digits = "9".repeat(3000);
    assertThat(refused("{\"id\":\"a\",\"count\":" + digits + "}").reason())
        .isEqualTo(RefusalReason.OUT_OF_RANGE);
    assertThat(refused("{\"id\":\"a\",\"price\":" + digits + "}").reason())
        .isEqualTo(RefusalReason.OUT_OF_RANGE);
    assertThat(event("{\"id\":\"a\",\"x\":" + digits + "}").extra()).containsEntry("x", digits);
  }

  @Test
  void aFieldThatComesTwiceIsRefusedOnEveryLevel() {
    assertThat(refused("{\"id\":\"a\",\"id\":\"a\"}").reason())
        .isEqualTo(RefusalReason.DUPLICATE_KEY);
    assertThat(refused("{\"id\":\"a\",\"x\":[{\"b\":1,\"\\u0062\":2}]}").reason())
        .isEqualTo(RefusalReason.DUPLICATE_KEY);
    assertThat(event("{\"id\":\"a\",\"x\":[{\"b\":1},{\"b\":2}]}").extra()).hasSize(1);
  }

  @Test
  void nestingIsBounded() {
    assertThat(refused("{\"id\":\"a\",\"x\":" + nested(8) + "}").reason())
        .isEqualTo(RefusalReason.TOO_DEEP);
    assertThat(refused("{\"id\":\"a\",\"x\":" + nested(1500) + "}").reason())
        .isEqualTo(RefusalReason.TOO_DEEP);
    assertThat(event("{\"id\":\"a\",\"x\":" + nested(7) + "}").extra()).hasSize(1);
    // A declared field of the wrong type is refused before it is entered.
    assertThat(refused("{\"id\":" + nested(1500) + "}").reason())
        .isEqualTo(RefusalReason.WRONG_TYPE);
  }

  @Test
  void sizeAndNumberOfFieldsAreBounded() {
    assertThat(refused("{\"id\":\"" + "a".repeat(4096) + "\"}").reason())
        .isEqualTo(RefusalReason.TOO_LARGE);
    StringBuilder many = new StringBuilder("{\"id\":\"a\"");
    for (int i = 0; i < 20; i++) {
      many.append(",\"f").append(i).append("\":0");
    }
    assertThat(refused(many + "}").reason()).isEqualTo(RefusalReason.TOO_LARGE);
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsPosition() {
    Decoded latin = decoder.decode(STREAM, "{\"id\":\"ä\"}".getBytes(ISO_8859_1));
    assertThat(latin)
        .isInstanceOfSatisfying(
            Decoded.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.INVALID_UTF8);
              assertThat(refused.position()).contains(new Position(1, 8, 7));
            });
    assertThat(refused("{\"id\":\"\\ud83d\"}").reason()).isEqualTo(RefusalReason.INVALID_UTF8);
    // Whether in a name the parser or the reading sees it first is of no matter.
    assertThat(refused("{\"id\":\"a\",\"\\udc00\":1}").reason())
        .isIn(RefusalReason.INVALID_UTF8, RefusalReason.MALFORMED_JSON);
    assertThat(event("{\"id\":\"\\ud83d\\ude00\"}").key()).contains("😀");
    assertThat(decoder.decode(STREAM, "{\"id\":\"a\"}".getBytes(UTF_16LE)))
        .isInstanceOf(Decoded.Refused.class);
  }

  @Test
  void aPartOfTheBytesIsDecodedWithPositionsOfItsOwn() {
    byte[] bytes = "xx{\"id\":\"a\",\"x\":[1]}yy{\"id\":1}".getBytes(UTF_8);
    assertThat(decoder.decode(STREAM, bytes, 2, 18))
        .isInstanceOfSatisfying(
            Decoded.Event.class, event -> assertThat(event.extra()).containsEntry("x", "[1]"));
    assertThat(decoder.decode(STREAM, bytes, 22, 8))
        .isInstanceOfSatisfying(
            Decoded.Refused.class,
            refused -> assertThat(refused.position()).contains(new Position(1, 7, 6)));
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private Decoded.Event event(String json) {
    Decoded decoded = decoder.decode(STREAM, json.getBytes(UTF_8));
    assertThat(decoded).isInstanceOf(Decoded.Event.class);
    return (Decoded.Event) decoded;
  }

  private Decoded.Refused refused(String json) {
    Decoded decoded = decoder.decode(STREAM, json.getBytes(UTF_8));
    assertThat(decoded).isInstanceOf(Decoded.Refused.class);
    return (Decoded.Refused) decoded;
  }
}
