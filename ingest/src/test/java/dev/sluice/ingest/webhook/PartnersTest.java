package dev.sluice.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.stream.Stream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each shipped mapping with what its partner sends. */
class PartnersTest {
  private static final String JSON = "application/json";
  private static Stream attributions;
  private static Stream calls;
  private static CalledDoor door;

  @BeforeAll
  static void open() throws Exception {
    attributions = shipped("attributions");
    calls = shipped("calls");
    String webhooks =
        """
        webhooks:
          appsflyer: {stream: %s, secrets: [old, push-secret]}
          adjust: {stream: %s, secrets: [cb-secret]}
          calls: {stream: %s, secrets: [call-secret], answer: 204}
          desk: {mapping: calls, stream: %s, secrets: [pw], verify: {by: basic, name: desk}}
        """
            .formatted(attributions.name(), attributions.name(), calls.name(), calls.name());
    door = CalledDoor.onLog(webhooks, attributions, calls);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  private static Stream shipped(String name) {
    return KafkaFixture.renamed(Shipped.streams().get(name).stream(name), Durability.SYNC);
  }

  @Test
  void anAppsFlyerInstallByPostBecomesATypedEventAndKeepsWhatNobodyMapped() throws Exception {
    HttpResponse<String> answer =
        door.post(
            "/v1/hooks/appsflyer/push-secret",
            JSON,
            """
            {"idfv":null,"device_category":"phone","af_sub1":"x","customer_user_id":"u-77",
             "is_lat":null,"bundle_id":"com.shop","event_value":"","city":"Berlin",
             "app_version":"1.14","country_code":"DE","appsflyer_id":"1579100000000-1111",
             "advertising_id":"38400000-8cf0-11bd-b23e-10b96e40000d","event_name":"install",
             "install_time":"2020-01-15 14:57:24.898","event_time":"2020-01-15 14:57:24.898",
             "event_time_selected_timezone":"2020-01-15 15:57:24.898+0100","platform":"android",
             "media_source":"googleadwords_int","campaign":"Winter","af_channel":"YouTube",
             "af_c_id":"900","af_adset":"Shoes","af_ad":"Red","attributed_touch_type":"click",
             "attributed_touch_time":"2020-01-15 14:50:01.000","is_retargeting":false,
             "event_revenue":null,"wifi":true,"contributor_1":{"media_source":"x"},
             "app_id":"com.shop","app_name":"Shop","ip":"192.0.2.7","user_agent":"Dalvik/2.1.0"}
            """);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    JsonNode event = CalledDoor.last(attributions, "user_id", "u-77");
    assertThat(event.path("provider").asText()).isEqualTo("appsflyer");
    assertThat(event.path("type").asText()).isEqualTo("install");
    assertThat(event.path("event_time").asText()).isEqualTo("2020-01-15T14:57:24.898Z");
    assertThat(event.path("touch_time").asText()).isEqualTo("2020-01-15T14:50:01Z");
    assertThat(event.path("retargeting").isBoolean()).isTrue();
    assertThat(event.path("media_source").asText()).isEqualTo("googleadwords_int");
    assertThat(event.path("campaign_id").asText()).isEqualTo("900");
    assertThat(event.path("received_at").asText()).isEqualTo("2026-01-31T08:15:00Z");
    assertThat(event.path("city").asText()).as("kept under its own name").isEqualTo("Berlin");
    assertThat(event.path("wifi").booleanValue()).isTrue();
    assertThat(event.path("contributor_1").path("media_source").asText()).isEqualTo("x");
    assertThat(event.has("revenue")).isFalse();
    assertThat(event.has("is_lat")).isFalse();
    assertThat(event.toString()).doesNotContain("push-secret");
  }

  @Test
  void anAppsFlyerEventByGetIsReadFromTheQueryAndSentTwiceHasTheSameId() throws Exception {
    String query =
        "app_id=id624512118&platform=ios&appsflyer_id=1583-75&event_name=af_purchase"
            + "&event_value="
            + encoded("{\"af_price\":\"17.49\"}")
            + "&event_revenue=17.49&event_revenue_currency=USD&customer_user_id=u-get"
            + "&event_time="
            + encoded("2021-04-01 09:30:50")
            + "&install_time=broken&media_source=Organic&campaign=&idfa="
            + "&af_sub1=a&af_sub1=b";
    assertThat(door.get("/v1/hooks/appsflyer/old?" + query).statusCode()).isEqualTo(200);
    assertThat(door.get("/v1/hooks/appsflyer/old?" + query).statusCode()).isEqualTo(200);
    List<JsonNode> both =
        CalledDoor.events(attributions).stream()
            .filter(event -> event.path("user_id").asText().equals("u-get"))
            .toList();
    assertThat(both).hasSize(2);
    assertThat(both.get(0).path("event_id")).isEqualTo(both.get(1).path("event_id"));
    JsonNode event = both.get(0);
    assertThat(event.path("type").asText()).isEqualTo("event");
    assertThat(event.path("event_name").asText()).isEqualTo("af_purchase");
    assertThat(event.path("event_value").asText()).isEqualTo("{\"af_price\":\"17.49\"}");
    assertThat(event.path("revenue").doubleValue()).isEqualTo(17.49);
    assertThat(event.path("event_time").asText()).isEqualTo("2021-04-01T09:30:50Z");
    assertThat(event.has("campaign")).isFalse();
    assertThat(event.path("af_sub1").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(event.has("install_time")).isFalse();
    assertThat(event.path("sent_install_time").asText())
        .as("what cannot be read is kept as it came")
        .isEqualTo("broken");
  }

  @Test
  void anAdjustCallbackIsReadFromItsMacros() throws Exception {
    HttpResponse<String> answer =
        door.get(
            "/v1/hooks/adjust?secret=cb-secret&gps_adid=38400000-8cf0-11bd-b23e-10b96e40000d&idfa="
                + "&adid=18546f6171f67e29d1cb983322ad1329&tracker_token=abc123"
                + "&tracker_name=Network1%3A%3AChristmas&app_name=MyApp&activity_kind=install"
                + "&created_at=1404214665&installed_at=1404214634&network_name=Network1"
                + "&campaign_name=Christmas&revenue_float=3.99&currency=usd&event_token=");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode event = CalledDoor.last(attributions, "tracker", "abc123");
    assertThat(event.path("provider").asText()).isEqualTo("adjust");
    assertThat(event.path("type").asText()).isEqualTo("install");
    assertThat(event.path("device_id").asText()).isEqualTo("18546f6171f67e29d1cb983322ad1329");
    assertThat(event.path("event_time").asText()).isEqualTo("2014-07-01T11:37:45Z");
    assertThat(event.path("install_time").asText()).isEqualTo("2014-07-01T11:37:14Z");
    assertThat(event.path("revenue").doubleValue()).isEqualTo(3.99);
    assertThat(event.path("tracker_name").asText()).isEqualTo("Network1::Christmas");
    assertThat(event.toString()).doesNotContain("cb-secret");
  }

  @Test
  void aCallItsRecordingAndItsTranscriptAreEventsOfOneCall() throws Exception {
    String place = "/v1/hooks/calls/call-secret";
    HttpResponse<String> ended =
        door.post(
            place,
            "application/x-www-form-urlencoded",
            "CallSid=CA5f7b&From=%2B4930123456&To=%2B4930999&Direction=inbound"
                + "&CallStatus=completed&CallDuration=42");
    assertThat(ended.statusCode()).isEqualTo(204);
    HttpResponse<String> record =
        door.post(
            place,
            JSON,
            """
            {"id":"CA5f7b","customer_phone_number":"+4930123456","start_time":"2026-01-31T09:00:00+01:00",
             "duration":42,"recording":"https://calls.example/CA5f7b.mp3","utm_campaign":"winter"}
            """);
    assertThat(record.statusCode()).isEqualTo(204);
    assertThat(
            door.post(place, JSON, "{\"call_id\":\"CA5f7b\",\"transcript\":\"Guten Tag …\"}")
                .statusCode())
        .isEqualTo(204);
    List<JsonNode> parts =
        CalledDoor.events(calls).stream()
            .filter(event -> event.path("call_id").asText().equals("CA5f7b"))
            .toList();
    assertThat(parts).hasSize(3);
    assertThat(parts.get(0).path("caller").asText()).isEqualTo("+4930123456");
    assertThat(parts.get(0).path("duration_seconds").longValue()).isEqualTo(42);
    assertThat(parts.get(1).path("started_at").asText()).isEqualTo("2026-01-31T08:00:00Z");
    assertThat(parts.get(1).path("recording_url").asText()).endsWith(".mp3");
    assertThat(parts.get(2).path("transcript").asText()).isEqualTo("Guten Tag …");
    assertThat(parts.stream().map(part -> part.path("event_id").asText()).distinct()).hasSize(3);
  }

  @Test
  void whoDoesNotShowTheSecretIsTurnedAway() throws Exception {
    assertThat(door.get("/v1/hooks/appsflyer?event_name=x").statusCode()).isEqualTo(401);
    assertThat(door.get("/v1/hooks/appsflyer/wrong?event_name=x").statusCode()).isEqualTo(401);
    assertThat(door.get("/v1/hooks/adjust?secret=&adid=1").statusCode()).isEqualTo(401);
    assertThat(door.get("/v1/hooks/adjust?secret=cb-secret&secret=x").statusCode()).isEqualTo(401);
    assertThat(door.get("/v1/hooks/nobody/x").statusCode()).isEqualTo(404);
    String call = "{\"call_id\":\"basic\"}";
    for (String pair : List.of("desk:wrong", "other:pw", "desk")) {
      assertThat(door.post("/v1/hooks/desk", JSON, call, "Authorization", basic(pair)).statusCode())
          .as(pair)
          .isEqualTo(401);
    }
    assertThat(
            door.post("/v1/hooks/desk", JSON, call, "Authorization", basic("desk:pw")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void whatIsNoCallIsRefusedWithAReason() throws Exception {
    String place = "/v1/hooks/appsflyer/old";
    assertThat(door.post(place, JSON, "{\"a\":1,\"a\":2}").statusCode()).isEqualTo(400);
    assertThat(door.post(place, JSON, "7").statusCode()).isEqualTo(400);
    assertThat(door.post(place, JSON, "[]").statusCode()).isEqualTo(400);
    assertThat(door.post(place, "text/xml", "<a/>").statusCode()).isEqualTo(415);
    assertThat(door.post(place, JSON, " ".repeat(2 << 20)).statusCode()).isEqualTo(413);
    assertThat(door.post(place, "application/x-www-form-urlencoded", "a=%zz").statusCode())
        .isEqualTo(400);
    HttpResponse<String> noCall = door.post("/v1/hooks/calls/call-secret", JSON, "{\"a\":1}");
    assertThat(noCall.statusCode()).isEqualTo(400);
    assertThat(noCall.body()).contains("missing-field").contains("call_id");
    HttpResponse<String> half = door.post(place, JSON, "{\"event_name\":\"\\ud800\"}");
    assertThat(half.statusCode()).isEqualTo(400);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
