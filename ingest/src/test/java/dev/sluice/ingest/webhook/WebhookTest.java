package dev.sluice.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is checked before anybody calls, and the parts that need no door. */
class WebhookTest {
  private static final Streams STREAMS =
      Streams.of(
          Shipped.streams().entrySet().stream()
              .map(entry -> entry.getValue().stream(entry.getKey()))
              .toList());

  @Test
  void everyShippedMappingFitsItsStream() {
    for (String mapping : Shipped.MAPPINGS) {
      assertThat(read("{" + mapping + ": {secrets: [s]}}")).hasSize(1);
    }
  }

  @Test
  void aNumberBeyondAllBoundsIsRefusedInOneLine() {
    Contents contents =
        Contents.of("application/json", Buffer.buffer("{\"revenue\":4e444444444444}"), 10);

    assertThat(contents)
        .isEqualTo(new Contents.Unreadable(400, "the body has a number beyond all bounds"));
  }

  @Test
  void aWrongDeclarationIsRefusedInOneLine() {
    refused("{appsflier: {secrets: [s]}}", "did you mean 'appsflyer'?");
    refused("{calls: {}}", "webhook calls: it needs secrets");
    refused("{calls: {secrets: [s], stream: call}}", "did you mean calls?");
    refused("{Calls: {mapping: calls, secrets: [s]}}", "lower-case");
    refused("{calls: {secrets: [s], max-events: 0}}", "max-events and max-mapped");
    refused("{calls: {secrets: [s], answer: 500}}", "answer must be one of");
    refused("{calls: {secrets: [s], verify: {by: query}}}", "needs a name");
    refused("{calls: {secrets: [s], verify: {by: nothing}}}", "not used");
    refused("{calls: {secrets: ['%%'], verify: {by: standard}}}", "whsec_ and Base64");
    refused(
        "{calls: {secrets: [s], verify: {by: hmac, name: X, timestamp: T}}}",
        "must have {timestamp}");
    refused(inline("nobody: {from: 'field:a'}"), "nobody is no field of the stream calls");
    refused(inline("caller: {from: 'feld:a'}"), "use field:NAME");
    refused(inline("caller: {from: 'field:a', as: whole}"), "as: whole makes no string");
    refused(inline("caller: {from: 'field:a'}"), "requires event_id: map it");
    refused(inline("started_at: {from: 'field:a', zone: Mars/X}"), "zone Mars/X is none");
    refused(
        "{a: {secrets: [s], verify: {by: stripe}, map: {stream: calls, fields: {caller: {from:"
            + " 'query:a'}}}}}",
        "the signature covers the body only");
  }

  @Test
  void streamsOfWebhooksAreThereOnlyWhenOneFillsThem() {
    assertThat(Webhook.streams(Map.of())).isEmpty();
    Map<String, WebhookSettings> adjust =
        Settings.text(CalledDoor.File.class, "x", "webhooks: {adjust: {secrets: [s]}}").webhooks();
    assertThat(Webhook.streams(adjust)).containsOnlyKeys("attributions");
  }

  @Test
  void theSignatureGitHubPublishesIsKnown() {
    VerifySettings way =
        Settings.text(
            VerifySettings.class,
            "way",
            "{by: hmac, name: X-Hub-Signature-256, prefix: 'sha256='}");
    Verification verification =
        Signature.of(way, List.of("It's a Secret to Everybody"), Duration.ofMinutes(5));
    String right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assertThat(verification.of(call("Hello, World!", right))).isInstanceOf(Verdict.Genuine.class);
    String loud = "sha256=" + right.substring("sha256=".length()).toUpperCase(Locale.ROOT);
    assertThat(verification.of(call("Hello, World!", loud)))
        .as("the same call")
        .isEqualTo(verification.of(call("Hello, World!", right)));
    assertThat(verification.of(call("Hello, World?", right))).isInstanceOf(Verdict.Doubtful.class);
    assertThat(verification.of(call("Hello, World!", right.replace("sha256", "sha1"))))
        .isInstanceOf(Verdict.Doubtful.class);
  }

  @Test
  void idsAreForgottenWithTimeAndBeyondTheirNumber() {
    SeenIds seen = new SeenIds(2, Duration.ofSeconds(10));
    Instant now = Instant.EPOCH;
    assertThat(seen.begin("a", now)).isEqualTo(SeenIds.Standing.NEW);
    assertThat(seen.begin("a", now)).isEqualTo(SeenIds.Standing.UNDER_WAY);
    seen.failed("a");
    assertThat(seen.begin("a", now)).isEqualTo(SeenIds.Standing.NEW);
    seen.taken("a", now);
    assertThat(seen.begin("a", now.plusSeconds(10))).isEqualTo(SeenIds.Standing.TAKEN);
    assertThat(seen.begin("a", now.plusSeconds(11))).isEqualTo(SeenIds.Standing.NEW);
    for (String id : List.of("b", "c", "d")) {
      seen.begin(id, now);
      seen.taken(id, now);
    }
    assertThat(seen.size()).isEqualTo(2);
    assertThat(seen.begin("b", now)).isEqualTo(SeenIds.Standing.NEW);
    assertThat(seen.begin("d", now)).isEqualTo(SeenIds.Standing.TAKEN);
  }

  @Test
  void anEventLosesNothingThatWasSent() {
    List<String> names =
        List.of(
            "call_id",
            "CallSid",
            "id",
            "caller",
            "from",
            "From",
            "duration",
            "start_time",
            "started_at",
            "source",
            "event_id",
            "received_at",
            "sent_id",
            "sent_caller",
            "other");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Mapping mapping = read("{calls: {secrets: [s]}}").get(0).mapping();
    for (int run = 0; run < 500; run++) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      Map<String, List<String>> query = new LinkedHashMap<>();
      List<String> values = new ArrayList<>(List.of("always"));
      object.put("one", "always");
      for (String name : names) {
        for (int place = 0; place < 2; place++) {
          if (random.nextInt(3) == 0) {
            String value = "value-" + values.size() + ";";
            values.add(value);
            if (place == 0) {
              object.put(name, value);
            } else {
              query.put(name, List.of(value, "again-" + value));
            }
          }
        }
      }
      Call call =
          new Call(Optional.empty(), query, Map.of(), Map.of(), Buffer.buffer(), Instant.EPOCH);
      String event = mapping.event(call, object).toString();
      assertThat(event).as("seed %d, of %s and %s", seed, object, query).contains(values);
    }
  }

  private static Call call(String body, String signature) {
    return new Call(
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of("x-hub-signature-256", signature),
        Buffer.buffer(body),
        Instant.EPOCH);
  }

  private static String inline(String field) {
    return "{calls: {secrets: [s], verify: {by: path}, map: {stream: calls, fields: {"
        + field
        + "}}}}";
  }

  private static void refused(String webhooks, String why) {
    assertThatThrownBy(() -> read(webhooks))
        .as(webhooks)
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  static List<Webhook> read(String webhooks) {
    return CalledDoor.read("webhooks: " + webhooks, STREAMS);
  }
}
