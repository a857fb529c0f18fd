package dev.sluice.ingest.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.avro.SchemaAnswer;
import dev.sluice.ingest.avro.SchemaName;
import dev.sluice.ingest.avro.SchemaSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaRegistryTest {

  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final String CLICK =
      "{\"type\":\"record\",\"name\":\"Click\",\"fields\":[{\"name\":\"page\",\"type\":\"string\"}]}";

  private RegistryFixture fixture;
  private Instant now = Instant.parse("2026-01-31T08:15:00Z");

  @BeforeEach
  void start() throws IOException {
    fixture = new RegistryFixture();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aSchemaIsAskedForOnce() {
    fixture.register(7, CLICK);
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    assertThat(found(registry, 7).getName()).isEqualTo("Click");
    fixture.be(RegistryFixture.State.BROKEN);
    assertThat(found(registry, 7).getName()).isEqualTo("Click");
    assertThat(fixture.asked()).containsExactly("/schemas/ids/7");
  }

  @Test
  void anIdThatIsNotRegisteredIsAskedForAgainAfterAWhile() {
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    assertThat(find(registry, 8)).isInstanceOf(SchemaAnswer.Unknown.class);
    assertThat(find(registry, 8)).isInstanceOf(SchemaAnswer.Unknown.class);
    assertThat(fixture.asked()).hasSize(1);
    fixture.register(8, CLICK);
    now = now.plusSeconds(61);
    assertThat(found(registry, 8).getName()).isEqualTo("Click");
  }

  @Test
  void aRegistryThatFailsIsLeftAloneForAWhileAndSaysWhy() {
    fixture.be(RegistryFixture.State.BROKEN);
    fixture.register(7, CLICK);
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    assertThat(why(registry, 7)).contains("answered GET").contains("503").contains("no leader");
    assertThat(why(registry, 9)).contains("503");
    assertThat(fixture.asked()).hasSize(1);
    fixture.be(RegistryFixture.State.WELL);
    now = now.plus(TIMEOUT);
    assertThat(found(registry, 7).getName()).isEqualTo("Click");
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForBeyondTheTimeout() {
    fixture.be(RegistryFixture.State.STALLED);
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    long begin = System.nanoTime();
    assertThat(why(registry, 7))
        .contains("did not answer within")
        .contains(fixture.url().toString());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    fixture.close();
    assertThat(why(registry(fixture.url(), RegistryFixture.PASSWORD), 7))
        .contains("could not be asked");
  }

  @Test
  void whatIsNoAnswerOfARegistryRefusesNoEvent() {
    fixture.be(RegistryFixture.State.ANOTHER_SERVER);
    assertThat(why(registry(fixture.url(), RegistryFixture.PASSWORD), 7))
        .contains("404")
        .contains("look at registry.url");
    fixture.be(RegistryFixture.State.WELL);
    assertThat(why(registry(fixture.url(), "wrong"), 7))
        .contains("401")
        .contains("registry.password");
    fixture.answer("/schemas/ids/1", "[]");
    assertThat(why(registry(fixture.url(), RegistryFixture.PASSWORD), 1)).contains("no schema");
    fixture.answer("/schemas/ids/2", "hello");
    assertThat(why(registry(fixture.url(), RegistryFixture.PASSWORD), 2)).contains("no JSON");
    fixture.answer("/schemas/ids/4", " ".repeat(5 << 20));
    assertThat(why(registry(fixture.url(), RegistryFixture.PASSWORD), 4)).contains("more than");
  }

  @Test
  void aSchemaThatCannotBeUsedIsUnknownAndHoldsNobodyUp() {
    fixture.register(3, "{\"type\":\"recor");
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    assertThat(find(registry, 3))
        .isInstanceOf(SchemaAnswer.Unknown.class)
        .asString()
        .contains("id 3")
        .contains("cannot be used");
    // Its default is of the wrong type, which is common and matters to nobody who reads.
    fixture.register(
        8,
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\","
            + "\"type\":[\"null\",\"string\"],\"default\":\"\"}]}");
    assertThat(found(registry, 8).getName()).isEqualTo("A");
  }

  @Test
  void whoAsksForManyThatAreUnknownIsHeldBackForAWhile() {
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    for (int id = 1_000; id < 1_200; id++) {
      assertThat(find(registry, id)).isInstanceOf(SchemaAnswer.Unknown.class);
    }
    assertThat(why(registry, 1_200)).contains("200 ids");
    now = now.plus(Duration.ofMinutes(2));
    assertThat(find(registry, 1_200)).isInstanceOf(SchemaAnswer.Unknown.class);
  }

  @Test
  void aSchemaOfAnotherKindIsUnknown() {
    fixture.answer("/schemas/ids/5", "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}");
    SchemaAnswer answer = find(registry(fixture.url(), RegistryFixture.PASSWORD), 5);
    assertThat(answer).asString().contains("PROTOBUF");
    assertThat(answer).isInstanceOf(SchemaAnswer.Unknown.class);
  }

  @Test
  void whatASchemaRefersToIsFetchedToo() {
    fixture.answer(
        "/schemas/ids/6",
        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Visit\\\",\\\"fields\\\":"
            + "[{\\\"name\\\":\\\"click\\\",\\\"type\\\":\\\"Click\\\"}]}\","
            + "\"references\":[{\"name\":\"Click\",\"subject\":\"a click\",\"version\":2}]}");
    SchemaSource registry = registry(fixture.url(), RegistryFixture.PASSWORD);
    assertThat(find(registry, 6))
        .isInstanceOf(SchemaAnswer.Unknown.class)
        .asString()
        .contains("which is not there");
    fixture.answer("/subjects/a%20click/versions/2", RegistryFixture.body(CLICK));
    now = now.plus(Duration.ofMinutes(2));
    assertThat(found(registry, 6).getField("click").schema().getName()).isEqualTo("Click");
  }

  @Test
  void theSettingsSayWhatIsWrongWithThem() {
    assertRefused(Map.of("SLUICE_URL", "registry:8081"), "http://HOST:PORT");
    assertRefused(Map.of("SLUICE_URL", "http://r:8081", "SLUICE_USER", "u"), "user and password");
    assertRefused(Map.of("SLUICE_TIMEOUT", "2m"), "timeout");
  }

  private static void assertRefused(Map<String, String> variables, String what) {
    Assertions.assertThatThrownBy(
            () -> Settings.read(RegistrySettings.class, Optional.empty(), variables))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(what);
  }

  private SchemaSource registry(URI url, String password) {
    return SchemaRegistry.of(
        new RegistrySettings(
            Optional.of(url),
            Optional.of(RegistryFixture.USER),
            Optional.of(new Secret(password)),
            TIMEOUT,
            10,
            Duration.ofMinutes(1)),
        () -> now);
  }

  private static SchemaAnswer find(SchemaSource registry, int id) {
    return registry.find(new SchemaName(SchemaName.Kind.ID, id));
  }

  private static Schema found(SchemaSource registry, int id) {
    SchemaAnswer answer = find(registry, id);
    assertThat(answer).isInstanceOf(SchemaAnswer.Found.class);
    return ((SchemaAnswer.Found) answer).schema();
  }

  private static String why(SchemaSource registry, int id) {
    SchemaAnswer answer = find(registry, id);
    assertThat(answer).isInstanceOf(SchemaAnswer.Unavailable.class);
    return ((SchemaAnswer.Unavailable) answer).why();
  }
}
