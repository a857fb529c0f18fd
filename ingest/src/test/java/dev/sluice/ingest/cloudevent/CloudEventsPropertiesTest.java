package dev.sluice.ingest.cloudevent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CloudEventsPropertiesTest {
  private static final Stream SHOP = Streams.shipped().find("app-events").orElseThrow();
  private static final EventDecoder DECODER = new EventDecoder(DecodeLimits.standard());
  private static final String WHOLE =
      "{\"specversion\":\"1.0\",\"id\":\"a\\u00e9\",\"source\":\"/s\",\"type\":\"view\",\"n\":1e5,"
          + "\"time\":\"2026-01-31T08:15:00Z\",\"subject\":null,\"b\":true,"
          + "\"data\":{\"user_id\":\"ü\",\"x\":[1,{\"y\":null}]}}";
  private static final String[] PIECES = {
    "\"data_base64\":\"eyJ9\",", "\"data\":", "\"id\":1,", "[[[[", "{", "}", "\"", "\\u", "null,"
  };

  @Test
  void whateverTheBytesAreTheyAreAnEventOrRefused() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int opened = 0;
    for (int i = 0; i < 50_000; i++) {
      opened += opens(mutated(random)) ? 1 : 0;
    }
    assertThat(opened).isPositive();
  }

  /** Whether they are an event; that they are one or refused is made sure of. */
  static boolean opens(byte[] bytes) {
    Opening opening = CloudEvents.structured(bytes, 0, bytes.length);
    if (!(opening instanceof OpenedEvent event)) {
      assertThat(((Opening.Wrong) opening).detail()).isNotEmpty();
      return false;
    }
    byte[] filled = event.event(SHOP);
    if (DECODER.decode(SHOP, filled, 0, filled.length) instanceof Decoded.Event decoded) {
      assertThat(decoded.values()).containsKeys("event_id", "event_time", "type");
    }
    assertThat(event.context().kafkaHeaders()).containsKeys("ce_id", "ce_source", "ce_type");
    return true;
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
    for (int step = random.nextInt(4); step >= 0; step--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 2 -> bytes = with(bytes, at, PIECES[random.nextInt(PIECES.length)]);
        default -> {
          // Left as it is: whole ones are wanted too.
        }
      }
    }
    return bytes;
  }

  private static byte[] with(byte[] bytes, int at, String piece) {
    byte[] middle = piece.getBytes(StandardCharsets.UTF_8);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + middle.length);
    System.arraycopy(bytes, at, longer, at + middle.length, bytes.length - at);
    System.arraycopy(middle, 0, longer, at, middle.length);
    return longer;
  }
}
