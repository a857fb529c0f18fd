package dev.sluice.ingest.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.enrich.Enrichment.Extent;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The steps, one by one and in a row. */
class EnrichmentTest {
  private static final Instant NOW = Instant.parse("2026-01-31T08:15:00Z");
  private static final String SECRET = "pseudonyms: {secret: 0123456789abcdef0123456789abcdef}, ";
  private static final Stream CLICKS = clicks();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private static Stream clicks() {
    List<Field> fields = new ArrayList<>();
    for (String text :
        List.of(
            "user_id",
            "email",
            "page",
            "referrer",
            "agent",
            "ip",
            "ua_browser",
            "ua_os",
            "ua_device",
            "ref_host",
            "ref_medium",
            "utm_source",
            "utm_campaign")) {
      fields.add(new Field(text, FieldType.STRING, false));
    }
    fields.add(new Field("bot", FieldType.BOOLEAN, false));
    fields.add(new Field("received_at", FieldType.TIMESTAMP, true));
    return new Stream("clicks", fields, Optional.of("user_id"), Optional.empty(), 1);
  }

  @Test
  void allStepsTogetherMakeOneEvent() throws Exception {
    Enrichment.StreamSteps steps =
        steps(
            SECRET
                + "proxies: 1, internal: [shop.example], streams: {clicks: ["
                + "{step: receive-time, to: received_at}, {step: sender, from: address, to: ip},"
                + "{step: sender, from: user-agent, to: agent},"
                + "{step: sender, from: referrer, to: referrer},"
                + "{step: bot, from: agent, to: bot}, {step: user-agent, from: agent, to: ua},"
                + "{step: referrer, from: referrer, to: ref},"
                + "{step: campaign, from: page, to: utm}, {step: truncate-ip, from: ip},"
                + "{step: pseudonym, fields: [user_id, email]}]}");
    Circumstances known =
        new Circumstances(
            Optional.of("10.0.0.1"),
            Optional.of("198.51.100.9, 203.0.113.77"),
            Optional.of(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
                    + " (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"),
            Optional.of("https://www.google.co.uk/search?q=shoes"));
    JsonNode event =
        take(
            steps,
            "{\"user_id\":\"u1\",\"email\":\"a@b.c\",\"n\":1.10,\"page\":"
                + "\"https://shop.example/?utm_source=news&utm_campaign=Winter%20sale&utm_x=1\","
                + "\"_enrichment_failed\":\"sent\"}",
            known);
    assertThat(event.path("received_at").asText()).isEqualTo("2026-01-31T08:15:00Z");
    assertThat(event.path("ip").asText()).as("what our proxy saw").isEqualTo("203.0.113.0");
    assertThat(event.path("bot").booleanValue()).isFalse();
    assertThat(event.path("bot").isBoolean()).isTrue();
    assertThat(event.path("ua_browser").asText()).isEqualTo("Safari");
    assertThat(event.path("ua_os").asText()).isEqualTo("iOS");
    assertThat(event.path("ua_device").asText()).isEqualTo("phone");
    assertThat(event.path("ref_host").asText()).isEqualTo("www.google.co.uk");
    assertThat(event.path("ref_medium").asText()).isEqualTo("search");
    assertThat(event.path("utm_source").asText()).isEqualTo("news");
    assertThat(event.path("utm_campaign").asText()).isEqualTo("Winter sale");
    assertThat(event.path("user_id").asText()).matches("a\\d+\\.[A-Za-z0-9_-]{22}");
    assertThat(event.path("email").asText()).isNotEqualTo(event.path("user_id").asText());
    assertThat(event.toString()).doesNotContain("a@b.c").doesNotContain("u1");
    assertThat(event.has(Enrichment.FAILED)).as("a sender cannot claim it").isFalse();
  }

  @Test
  void aPseudonymHoldsForItsPeriodAndItsSecret() throws Exception {
    String row = "streams: {clicks: [{step: pseudonym, fields: [user_id]}]}";
    Enrichment.StreamSteps steps = steps(SECRET + row);
    String first = pseudonym(steps, "u1", NOW);
    // 2026-01-31 lies in the period 682 of 30 days, which ends on 2026-02-06.
    assertThat(first).startsWith("a682.");
    assertThat(pseudonym(steps, "u1", Instant.parse("2026-02-05T23:59:59Z"))).isEqualTo(first);
    assertThat(pseudonym(steps, "u1", Instant.parse("2026-02-06T00:00:00Z")))
        .startsWith("a683.")
        .doesNotEndWith(first.substring(5));
    assertThat(pseudonym(steps, "u2", NOW)).isNotEqualTo(first);
    Enrichment.StreamSteps other =
        steps("pseudonyms: {key: b, secret: fedcba9876543210fedcba9876543210}, " + row);
    assertThat(pseudonym(other, "u1", NOW)).startsWith("b682.").doesNotEndWith(first.substring(5));
  }

  @Test
  void aStepThatFailsIsNamedAndTheEventGoesOn() throws Exception {
    Enrichment.StreamSteps steps =
        steps(
            "streams: {clicks: [{step: referrer, from: referrer, to: ref},"
                + "{step: campaign, from: page, to: utm}, {step: truncate-ip, from: ip},"
                + "{step: receive-time, to: received_at}]}");
    JsonNode event =
        take(
            steps,
            "{\"referrer\":\"ht!tp://[\",\"page\":\"/a?utm_source=x\",\"ip\":\"300.1.1.1\"}",
            Circumstances.UNKNOWN);
    assertThat(event.path(Enrichment.FAILED).toString())
        .isEqualTo("[\"referrer\",\"truncate-ip\"]");
    assertThat(event.path("referrer").asText()).isEqualTo("ht!tp://[");
    assertThat(event.path("utm_source").asText()).isEqualTo("x");
    assertThat(event.path("ip").asText()).as("it may be an address after all").isEmpty();
    assertThat(event.hasNonNull("received_at")).isTrue();
    assertThat(meters.get("sluice.enrich.failed").tag("step", "truncate-ip").counter().count())
        .isEqualTo(1);
    assertThat(steps.take("[1]".getBytes(UTF_8), NOW, Circumstances.UNKNOWN, Extent.ALL)).isEmpty();
  }

  @Test
  void addressesLoseWhatNamesAHouse() throws Exception {
    assertThat(Address.truncated("192.0.2.129")).isEqualTo("192.0.2.0");
    assertThat(Address.truncated("2001:db8:1234:5678:9abc::1")).isEqualTo("2001:db8:1234::");
    assertThat(Address.truncated("2001:DB8::1")).isEqualTo("2001:db8:0::");
    assertThat(Address.truncated("::ffff:192.0.2.129")).isEqualTo("192.0.2.0");
    assertThat(Address.truncated("::1")).isEqualTo("0:0:0::");
    assertThat(Address.truncated("2001:db8:1:2:3:4:192.0.2.1")).isEqualTo("2001:db8:1::");
    for (String no :
        List.of(
            "",
            "1.2.3",
            "1.2.3.256",
            "1:2:3",
            "1::2::3",
            "g::1",
            "1:2:3:4:5:6:7:8:9",
            "localhost",
            "1.2.3.4:80",
            "fe80::1%eth0",
            ":".repeat(60))) {
      assertThatThrownBy(() -> Address.truncated(no))
          .as(no)
          .isInstanceOf(StepFailedException.class);
    }
  }

  @Test
  void userAgentsAreKnownByTheWordsOfTheFile() {
    UserAgents agents = UserAgents.shipped();
    String edge =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            + " Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0";
    assertThat(agents.browser(edge)).contains("Edge");
    assertThat(agents.system(edge)).contains("Windows");
    assertThat(agents.device(edge)).contains("desktop");
    String pixel =
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
            + " Chrome/120.0.0.0 Mobile Safari/537.36";
    assertThat(agents.browser(pixel)).contains("Chrome");
    assertThat(agents.system(pixel)).contains("Android");
    assertThat(agents.device(pixel)).contains("phone");
    String bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    assertThat(agents.bot(bot)).isTrue();
    assertThat(agents.device(bot)).contains("bot");
    assertThat(agents.bot("curl/8.5.0")).isTrue();
    assertThat(agents.bot(edge)).isFalse();
    assertThat(agents.browser("")).isEmpty();
    assertThat(agents.device("x".repeat(100_000))).isEmpty();
  }

  @Test
  void referrersAreOfAKind() {
    Referrers referrers = Referrers.shipped(List.of("shop.example"));
    assertThat(referrers.kind("www.shop.example")).isEqualTo("internal");
    assertThat(referrers.kind("google.de")).isEqualTo("search");
    assertThat(referrers.kind("mail.google.com")).isEqualTo("mail");
    assertThat(referrers.kind("l.facebook.com")).isEqualTo("social");
    assertThat(referrers.kind("notfacebook.com")).isEqualTo("other");
  }

  @Test
  void anEventWithANumberBeyondAllBoundsIsNotHandedOnAsItCame() {
    Enrichment.StreamSteps steps =
        steps(SECRET + "streams: {clicks: [{step: pseudonym, fields: [user_id]}]}");

    assertThat(
            steps.take(
                "{\"user_id\":\"u\",\"x\":4e444444444444}".getBytes(UTF_8),
                NOW,
                Circumstances.UNKNOWN,
                Extent.ALL))
        .isEmpty();
  }

  @Test
  void aWrongStepIsRefusedInOneLine() {
    refused("{step: bot, from: agent, to: user_id}", "to: the field user_id must be a boolean");
    refused("{step: bot, from: nobody, to: bot}", "from: nobody is no field of the stream");
    refused("{step: user-agent, from: agent, to: x}", "none of the fields it fills: x_browser");
    refused("{step: sender, from: weather, to: ip}", "from must be address");
    refused("{step: pseudonym, fields: [user_id]}", "set enrichment.pseudonyms.secret");
    refused("{step: pseudonym}", "it needs fields");
    refused("{step: receive-time, from: ip, to: received_at}", "takes no from");
    refused("{step: truncate-ip, from: ip, to: ip}", "takes no to");
    assertThatThrownBy(
            () ->
                steps(
                    SECRET
                        + "streams: {clicks: [{step: pseudonym, fields: [ip]},"
                        + "{step: truncate-ip, from: ip}]}"))
        .hasMessageContaining("must be the last step");
    assertThatThrownBy(() -> steps("streams: {click: []}")).hasMessageContaining("did you mean");
    assertThatThrownBy(() -> steps("pseudonyms: {secret: short}"))
        .hasMessageContaining("at least 16 characters")
        .hasMessageNotContaining("short");
  }

  private void refused(String step, String why) {
    assertThatThrownBy(() -> steps("streams: {clicks: [" + step + "]}"))
        .hasMessageStartingWith("enrichment of clicks: ")
        .hasMessageContaining(why);
  }

  private Enrichment.StreamSteps steps(String yaml) {
    return Enrichment.of(
            Settings.text(EnrichmentSettings.class, "enrichment", "{" + yaml + "}"),
            Streams.of(List.of(CLICKS)))
        .of(CLICKS, meters)
        .orElseThrow();
  }

  private static String pseudonym(Enrichment.StreamSteps steps, String user, Instant when)
      throws IOException {
    byte[] event =
        steps
            .take(
                ("{\"user_id\":\"" + user + "\"}").getBytes(UTF_8),
                when,
                Circumstances.UNKNOWN,
                Extent.ALL)
            .orElseThrow();
    return new ObjectMapper().readTree(event).path("user_id").asText();
  }

  private static JsonNode take(
      Enrichment.StreamSteps steps, String event, Circumstances circumstances) throws IOException {
    return new ObjectMapper()
        .readTree(steps.take(event.getBytes(UTF_8), NOW, circumstances, Extent.ALL).orElseThrow());
  }
}
