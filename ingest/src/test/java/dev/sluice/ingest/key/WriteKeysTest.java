package dev.sluice.ingest.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteKeysTest {
  private Instant now = Instant.parse("2026-01-31T23:00:00Z");
  private final InstantSource clock = () -> now;

  @Test
  void aKeyIsForItsStreamsOnlyAndTheOneForEverythingIsForAll() {
    WriteKeys keys = keys(Map.of("app", key("a-key", List.of("app-*", "clicks"))));
    WriteKey app = known(keys, "a-key");
    assertThat(app.name()).isEqualTo("app");
    assertThat(app.opens("app-events")).isTrue();
    assertThat(app.opens("clicks")).isTrue();
    assertThat(app.opens("clicks-2")).isFalse();
    assertThat(app.opens("my-app-events")).isFalse();
    assertThat(app.opensEverything()).isFalse();
    WriteKey all = known(keys, "all-key");
    assertThat(all.opens("sensor-readings")).isTrue();
    assertThat(all.opensEverything()).isTrue();
    assertThat(all.worksInUrl()).isFalse();
    assertThat(keys.show("10.0.0.1", "a-ke")).isInstanceOf(Showing.Unknown.class);
  }

  @Test
  void theRateIsMetByWaitingAndNothingIsTakenWhenItIsExceeded() {
    WriteKey key = known(keys(Map.of("app", limited(10, 30, 1000))), "a-key");
    assertThat(key.take(25)).isInstanceOf(Ruling.Granted.class);
    Ruling.Exceeded exceeded = (Ruling.Exceeded) key.take(10);
    assertThat(exceeded.limit()).isEqualTo(Ruling.Limit.RATE);
    assertThat(exceeded.retryAfter()).isEqualTo(Duration.ofMillis(500));
    assertThat(exceeded.remaining().burst().orElseThrow().left()).isEqualTo(5);
    now = now.plus(exceeded.retryAfter());
    assertThat(key.take(10)).isInstanceOf(Ruling.Granted.class);
    assertThat(key.look()).isInstanceOf(Ruling.Exceeded.class);
    now = now.minusSeconds(60);
    assertThat(key.look()).isInstanceOf(Ruling.Exceeded.class);
    now = now.plusSeconds(600);
    assertThat(key.remaining().burst().orElseThrow().left()).isEqualTo(30);
    assertThat(key.take(31)).isInstanceOf(Ruling.NeverFits.class);
  }

  @Test
  void theDayIsFullUntilMidnightAndGivenBackEventsCountNoMore() {
    WriteKey key = known(keys(Map.of("app", limited(1000, 1000, 100))), "a-key");
    Instant before = now;
    assertThat(key.take(90)).isInstanceOf(Ruling.Granted.class);
    Ruling.Exceeded exceeded = (Ruling.Exceeded) key.take(11);
    assertThat(exceeded.limit()).isEqualTo(Ruling.Limit.DAILY);
    assertThat(exceeded.retryAfter()).isEqualTo(Duration.ofHours(1));
    key.giveBack(90, before);
    assertThat(key.remaining().day().orElseThrow().left()).isEqualTo(100);
    assertThat(key.take(100)).isInstanceOf(Ruling.Granted.class);
    now = now.plus(Duration.ofHours(1));
    assertThat(key.take(40)).isInstanceOf(Ruling.Granted.class);
    key.giveBack(100, before);
    assertThat(key.remaining().day().orElseThrow().left()).isEqualTo(60);
    assertThat(key.take(101)).isInstanceOf(Ruling.NeverFits.class);
  }

  @Test
  void overAnyTimeNoMoreIsGrantedThanTheBurstAndTheRate() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    WriteKey key = known(keys(Map.of("app", limited(7, 20, 1_000_000))), "a-key");
    Instant begun = now;
    long granted = 0;
    for (int i = 0; i < 20_000; i++) {
      now = now.plusNanos(random.nextInt(400_000_000));
      int events = 1 + random.nextInt(20);
      if (key.take(events) instanceof Ruling.Granted) {
        granted += events;
      }
      double most = 20 + 7 * (Duration.between(begun, now).toNanos() / 1e9) + 1e-3;
      assertThat((double) granted).isLessThanOrEqualTo(most);
    }
    assertThat((double) granted).isGreaterThan(0.9 * 7 * Duration.between(begun, now).toSeconds());
  }

  @Test
  void wrongKeysLockTheirAddressOutForAWhileAndNoOther() {
    WriteKeys keys = keys(Map.of());
    for (int i = 0; i < 3; i++) {
      assertThat(keys.show("2001:db8::" + i, "guess" + i)).isInstanceOf(Showing.Unknown.class);
    }
    assertThat(keys.show("2001:db8::ff", "all-key"))
        .isEqualTo(new Showing.LockedOut(Duration.ofMinutes(1)));
    assertThat(keys.show("2001:db8:0:1::1", "all-key")).isInstanceOf(Showing.Known.class);
    assertThat(keys.show("10.0.0.1", "all-key")).isInstanceOf(Showing.Known.class);
    now = now.plus(Duration.ofMinutes(1));
    assertThat(keys.show("2001:db8::1", "all-key")).isInstanceOf(Showing.Known.class);
  }

  @Test
  void guessersFromManyAddressesFillNoMoreThanTheTable() {
    Lockout lockout = new Lockout(new LockoutSettings(3, Duration.ofMinutes(1), 100));
    for (int i = 0; i < 10_000; i++) {
      lockout.wrong("10.0." + i / 256 + "." + i % 256, now);
    }
    assertThat(lockout.remembered()).isEqualTo(100);
    Lockout off = new Lockout(new LockoutSettings(0, Duration.ofMinutes(1), 100));
    off.wrong("10.0.0.1", now);
    assertThat(off.locked("10.0.0.1", now)).isEmpty();
  }

  @Test
  void keysThatCannotBeToldApartOrUsedRefuse() {
    assertThatThrownBy(() -> keys(Map.of("a", key("all-key", List.of("*")))))
        .isInstanceOf(SettingsException.class)
        .hasMessage("the keys write-key and a are the same");
    assertThatThrownBy(() -> keys(Map.of("A b", key("k", List.of("*")))))
        .hasMessageContaining("a key is called 'A b'");
    assertThatThrownBy(() -> key("k", List.of())).hasMessageContaining("a key without streams");
    assertThatThrownBy(() -> key("k", List.of("App"))).hasMessageContaining("'App'");
    assertThatThrownBy(
            () ->
                new KeySettings(
                    new Secret("k"),
                    List.of("*"),
                    Optional.empty(),
                    Optional.of(3),
                    Optional.empty(),
                    false))
        .hasMessageContaining("a burst without a rate");
  }

  private WriteKeys keys(Map<String, KeySettings> named) {
    return new WriteKeys(
        new Secret("all-key"), named, new LockoutSettings(3, Duration.ofMinutes(1), 100), clock);
  }

  private static WriteKey known(WriteKeys keys, String shown) {
    return ((Showing.Known) keys.show("10.0.0.9", shown)).key();
  }

  private static KeySettings key(String secret, List<String> streams) {
    return new KeySettings(
        new Secret(secret), streams, Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  private static KeySettings limited(int rate, int burst, long daily) {
    return new KeySettings(
        new Secret("a-key"),
        List.of("*"),
        Optional.of(rate),
        Optional.of(burst),
        Optional.of(daily),
        false);
  }
}
