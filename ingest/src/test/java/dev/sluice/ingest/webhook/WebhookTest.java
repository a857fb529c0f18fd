package dev.sluice.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  void aWrongDeclarationIsRefusedInOneLine() {
    refused("{appsflier: {secrets: [s]}}", "did you mean 'appsflyer'?");
    refused("{calls: {}}", "webhook calls: it needs secrets");
    refused("{calls: {secrets: [s], stream: call}}", "did you mean calls?");
    refused("{Calls: {mapping: calls, secrets: [s]}}", "lower-case");
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

  private static List<Webhook> read(String webhooks) {
    return CalledDoor.read("webhooks: " + webhooks, STREAMS);
  }
}
