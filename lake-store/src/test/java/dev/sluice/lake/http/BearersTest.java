package dev.sluice.lake.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BearersTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  private Bearers bearers(Map<String, String> tokens) {
    return new Bearers(
        tokens.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> new Secret(each.getValue()))),
        Duration.ofMinutes(10),
        now::get);
  }

  @Test
  void aTicketIsGoodOnEveryServerWithTheSameSecretUntilItExpires() {
    String ticket = bearers(Map.of("etl", "one-secret")).ticket("etl").text();
    Bearers another = bearers(Map.of("etl", "one-secret", "reports", "another-secret"));
    assertThat(another.caller(ticket)).contains("etl");
    assertThat(another.named(ticket)).isEmpty();
    now.set(now.get().plus(Duration.ofMinutes(10)).minusMillis(1));
    assertThat(another.caller(ticket)).contains("etl");
    now.set(now.get().plusMillis(1));
    assertThat(another.caller(ticket)).isEmpty();
  }

  @Test
  void aTicketThatWasChangedOrWhoseSecretWasIsWorthNothing() {
    Bearers bearers = bearers(Map.of("etl", "one-secret", "reports", "another-secret"));
    String ticket = bearers.ticket("etl").text();
    String[] parts = ticket.split("~", -1);
    String others = bearers.ticket("reports").text().split("~", -1)[1];
    assertThat(bearers.caller(String.join("~", parts[0], others, parts[2], parts[3]))).isEmpty();
    assertThat(bearers.caller(String.join("~", parts[0], parts[1], "9" + parts[2], parts[3])))
        .isEmpty();
    assertThat(bearers.caller(String.join("~", parts[0], parts[1], parts[2], ""))).isEmpty();
    assertThat(bearers(Map.of("etl", "a-new-secret")).caller(ticket)).isEmpty();
    assertThat(bearers(Map.of("reports", "one-secret")).caller(ticket)).isEmpty();
  }
}
