package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.SettingsException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicsTest {
  @Test
  void theFirstRuleThatFitsNamesStreamAndKey() {
    Topics topics =
        Topics.parse(
            List.of(
                "factory/+/{key}/temperature -> sensor-readings",
                "events/{stream}/{key}",
                "events/{stream}",
                "raw/{stream}/#"));

    assertThat(topics.place("factory/hall 3/m7/temperature"))
        .contains(new Place("sensor-readings", Optional.of("m7")));
    assertThat(topics.place("events/app-events/u1"))
        .contains(new Place("app-events", Optional.of("u1")));
    assertThat(topics.place("events/app-events"))
        .contains(new Place("app-events", Optional.empty()));
    assertThat(topics.place("raw/a/b/c")).contains(new Place("a", Optional.empty()));
    assertThat(topics.place("raw/a")).contains(new Place("a", Optional.empty()));
    for (String other :
        List.of("factory/m7/temperature", "events/a/b/c", "event/a", "Events/a", "raw", "")) {
      assertThat(topics.place(other)).as(other).isEmpty();
    }
  }

  @Test
  void aKeyThatIsEmptyIsNone() {
    assertThat(Topics.parse(List.of("{stream}/{key}")).place("a/"))
        .contains(new Place("a", Optional.empty()));
  }

  @Test
  void noMarkStandsForATopicOfTheServer() {
    assertThat(Topics.parse(List.of("{stream}/{key}")).place("$SYS/load")).isEmpty();
  }

  @Test
  void aRuleThatCannotMeanAnythingIsRefusedByName() {
    assertRefused("events/{key}", "name the stream once");
    assertRefused("{stream}/x -> app-events", "name the stream once");
    assertRefused("{stream}/{key}/{key}", "{key} twice");
    assertRefused("a#/{stream}", "a level is text");
    assertRefused("#/{stream}", "a level is text");
    assertRefused("{strem}/{stream}", "a level is text");
    assertRefused("a -> b -> c", "write TOPIC");
  }

  private static void assertRefused(String rule, String why) {
    assertThatThrownBy(() -> Topics.parse(List.of(rule)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("'" + rule + "'")
        .hasMessageContaining(why);
  }
}
