package dev.sluice.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whatever a partner's call holds becomes an event, which the stream takes or refuses. */
public final class FuzzedCall {
  private static final List<String> TYPES =
      List.of("application/json", "application/x-www-form-urlencoded");
  private static final List<Webhook> WEBHOOKS =
      WebhookTest.read(
          "{appsflyer: {secrets: [s]}, adjust: {secrets: [s]}, calls: {secrets: [s]}}");
  private static final EventDecoder DECODER = new EventDecoder(DecodeLimits.standard());

  private FuzzedCall() {}

  /** The first byte says whose call it is and of what kind. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int way = input[0] & 0xff;
    Buffer body = Buffer.buffer(Arrays.copyOfRange(input, 1, input.length));
    Mapping mapping = WEBHOOKS.get(way % WEBHOOKS.size()).mapping();
    Contents contents = Contents.of(TYPES.get(way / WEBHOOKS.size() % TYPES.size()), body, 100);
    if (!(contents instanceof Contents.Read read)) {
      return;
    }
    Call call =
        new Call(Optional.empty(), Map.of(), Map.of(), Map.of(), body, Instant.EPOCH)
            .withForm(read.form());
    read.objects()
        .forEach(
            object -> {
              byte[] event =
                  mapping.event(call, object).toString().getBytes(StandardCharsets.UTF_8);
              assertThat(DECODER.decode(mapping.stream(), event)).isNotNull();
            });
  }
}
