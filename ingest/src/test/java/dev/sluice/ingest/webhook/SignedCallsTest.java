package dev.sluice.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Calls that are signed: late ones, changed ones, and the same one again. */
class SignedCallsTest {
  private static final String JSON = "application/json";
  private static final Stream PAYMENTS =
      new Stream(
          "payments",
          List.of(
              new Field("event_id", FieldType.STRING, true),
              new Field("amount", FieldType.LONG, false),
              new Field("at", FieldType.TIMESTAMP, false)),
          Optional.of("event_id"),
          Optional.empty(),
          1);
  private static final String MAP =
      """
      map:
            fields:
              event_id: {from: ["json:/id", "text:none"]}
              amount: {from: "json:/data/object/amount"}
              at: {from: "json:/created", as: epoch-seconds}
      """;

  private static String webhook(String name, Stream stream, String verify, String secrets) {
    return "  %s:\n    stream: %s\n    verify: %s\n    secrets: [%s]\n    %s"
        .formatted(name, stream.name(), verify, secrets, MAP);
  }

  @Test
  void aStripeEventIsTakenOnceInTimeAndUnchanged() throws Exception {
    Stream stream = KafkaFixture.renamed(PAYMENTS, Durability.SYNC);
    String webhooks =
        "webhooks:\n" + webhook("stripe", stream, "{by: stripe}", "whsec_new, whsec_old");
    try (CalledDoor door = CalledDoor.onLog(webhooks, stream)) {
      String body =
          "{\"id\":\"evt_1\",\"created\":1492774500,\"data\":{\"object\":{\"amount\":1999}},"
              + "\"fee\":1.10,\"livemode\":true}";
      long signed = 1492774577;
      door.now = Instant.ofEpochSecond(signed + 60);
      String good = "t=" + signed + ",v1=" + hex("whsec_old", signed + "." + body) + ",v0=6ffb";
      String path = "/v1/hooks/stripe";
      assertThat(stripe(door, path, body, good).statusCode()).isEqualTo(200);
      assertThat(stripe(door, path, body, good).statusCode()).as("again").isEqualTo(200);
      String more = good.replace(",v1=", ",v1=00,v1=");
      assertThat(stripe(door, path, body, more).statusCode()).as("one more").isEqualTo(200);
      String both = good + ",v1=" + hex("whsec_new", signed + "." + body);
      assertThat(stripe(door, path, body, both).statusCode()).as("both keys").isEqualTo(200);
      assertThat(stripe(door, path + "?amount=7", body, good).statusCode()).isEqualTo(200);
      assertThat(stripe(door, path, body.replace("1999", "1"), good).statusCode()).isEqualTo(401);
      assertThat(stripe(door, path, body, good.replace("v1=", "v0=")).statusCode()).isEqualTo(401);
      assertThat(stripe(door, path, body, "t=x,v1=y").statusCode()).isEqualTo(401);
      assertThat(door.post(path, JSON, body).statusCode()).as("unsigned").isEqualTo(401);
      String wrong = "t=" + signed + ",v1=" + hex("guess", signed + "." + body);
      assertThat(stripe(door, path, body, wrong).statusCode()).isEqualTo(401);
      door.now = Instant.ofEpochSecond(signed + 301);
      HttpResponse<String> late = stripe(door, path, body, good);
      assertThat(late.statusCode()).isEqualTo(401);
      assertThat(late.body()).contains("its time is more than 300 s from now");
      door.now = Instant.ofEpochSecond(signed - 301);
      assertThat(stripe(door, path, body, good).statusCode()).as("early").isEqualTo(401);

      List<JsonNode> events = CalledDoor.events(stream);
      assertThat(events).hasSize(1);
      assertThat(events.get(0).path("amount").longValue()).isEqualTo(1999);
      assertThat(events.get(0).path("at").asText()).isEqualTo("2017-04-21T11:35:00Z");
      assertThat(events.get(0).toString()).contains("\"fee\":1.10").contains("\"livemode\":true");
      assertThat(door.telemetry.scrape())
          .contains("sluice_webhook_repeated_total{webhook=\"stripe\"} 4");
    }
  }

  @Test
  void aStandardWebhookIsKnownByItsIdAcrossSignatures() throws Exception {
    Stream stream = KafkaFixture.renamed(PAYMENTS, Durability.SYNC);
    String webhooks =
        "webhooks:\n"
            + webhook("svix", stream, "{by: standard}", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    try (CalledDoor door = CalledDoor.onLog(webhooks, stream)) {
      // The vector of the specification's own libraries.
      String body = "{\"test\": 2432232314}";
      String id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
      String right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
      door.now = Instant.ofEpochSecond(1614265330 + 299);
      assertThat(standard(door, body, id, "1614265330", "v1,Zm9v v1a,x " + right).statusCode())
          .isEqualTo(200);
      assertThat(standard(door, body, id, "1614265330", right).statusCode()).isEqualTo(200);
      assertThat(standard(door, body, "msg_other", "1614265330", right).statusCode())
          .isEqualTo(401);
      assertThat(standard(door, body, id, "1614265331", right).statusCode()).isEqualTo(401);
      assertThat(standard(door, body + " ", id, "1614265330", right).statusCode()).isEqualTo(401);
      List<JsonNode> events = CalledDoor.events(stream);
      assertThat(events).hasSize(1);
      assertThat(events.get(0).path("test").longValue()).isEqualTo(2432232314L);
    }
  }

  @Test
  void whatTheLogDidNotTakeMayBeSentAgain() throws Exception {
    try (MockProducer<byte[], byte[]> log =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer())) {
      String webhooks =
          "webhooks:\n"
              + webhook(
                  "github",
                  PAYMENTS,
                  "{by: hmac, name: X-Hub-Signature-256, prefix: 'sha256='}",
                  "It's");
      try (CalledDoor door = CalledDoor.on(log, "port: 0", webhooks, PAYMENTS)) {
        String body = "{\"id\":\"gh\"}";
        HttpRequest.Builder call =
            door.at("/v1/hooks/github")
                .header("Content-Type", JSON)
                .header("X-Hub-Signature-256", "sha256=" + hex("It's", body))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        Thread broken =
            new Thread(() -> eventually(() -> log.errorNext(new TimeoutException("x"))));
        broken.start();
        HttpResponse<String> failed = door.send(call);
        broken.join();
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.headers().firstValue("Retry-After")).isPresent();
        Thread well = new Thread(() -> eventually(log::completeNext));
        well.start();
        assertThat(door.send(call).statusCode()).isEqualTo(200);
        well.join();
        assertThat(door.send(call).statusCode()).as("known by its signature").isEqualTo(200);
        assertThat(log.history()).hasSize(2);
      }
    }
  }

  @Test
  void beyondLoopbackOnlyTheWebhooksAreOpen() throws Exception {
    try (MockProducer<byte[], byte[]> log =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer())) {
      String webhooks = "webhooks:\n" + webhook("open", PAYMENTS, "{by: path}", "s");
      try (CalledDoor door =
          CalledDoor.on(log, "{port: 0, host: 0.0.0.0, write-key: key}", webhooks, PAYMENTS)) {
        assertThat(door.post("/v1/hooks/open/s", JSON, "{\"id\":\"a\"}").statusCode())
            .isEqualTo(200);
        assertThat(door.get("/v1/streams").statusCode()).isEqualTo(401);
        assertThat(door.get("/v1/hooks/../streams").statusCode()).isEqualTo(401);
        assertThat(door.get("/v1/hooks/%2e%2e/streams").statusCode()).isEqualTo(401);
        assertThat(door.get("/metrics").statusCode()).isEqualTo(401);
      }
    }
  }

  private static HttpResponse<String> stripe(
      CalledDoor door, String path, String body, String signature) throws Exception {
    return door.post(path, JSON, body, "Stripe-Signature", signature);
  }

  private static HttpResponse<String> standard(
      CalledDoor door, String body, String id, String timestamp, String signature)
      throws Exception {
    return door.post(
        "/v1/hooks/svix",
        JSON,
        body,
        "webhook-id",
        id,
        "webhook-timestamp",
        timestamp,
        "webhook-signature",
        signature);
  }

  private interface Attempt {
    boolean succeeds();
  }

  private static void eventually(Attempt attempt) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!attempt.succeeds() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static String hex(String secret, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }
}
