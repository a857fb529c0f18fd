package dev.sluice.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BindingTest {
  private final Binding inside = new Binding("127.0.0.1", 8080);
  private final Binding outside = new Binding("0.0.0.0", 8080);

  @Test
  void loopbackNeedsNoCredentialAndTheWorldDoes() {
    assertThatCode(() -> inside.requireCredential(Optional.empty(), "door.write-key"))
        .doesNotThrowAnyException();
    assertThatCode(() -> outside.requireCredential(Optional.of(new Secret("k")), "door.write-key"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> outside.requireCredential(Optional.empty(), "door.write-key"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("'door.write-key' must be set");
  }

  @Test
  void onLoopbackARequestNamesALoopbackHost() {
    assertThat(inside.answersTo(Optional.of("localhost:8080"))).isTrue();
    assertThat(inside.answersTo(Optional.of("[::1]:8080"))).isTrue();
    assertThat(inside.answersTo(Optional.of("127.0.0.1"))).isTrue();
    assertThat(inside.answersTo(Optional.empty())).isTrue();
    assertThat(inside.answersTo(Optional.of("rebound.example:8080"))).isFalse();
    assertThat(outside.answersTo(Optional.of("rebound.example:8080"))).isTrue();
  }
}
