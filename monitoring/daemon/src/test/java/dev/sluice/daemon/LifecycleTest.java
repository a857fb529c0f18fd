package dev.sluice.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private final List<String> history = new ArrayList<>();

  private final class Part implements Service {
    private final String name;
    private final boolean failing;

    Part(String name, boolean failing) {
      this.name = name;
      this.failing = failing;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void start() {
      history.add("start " + name);
      if (failing) {
        throw new IllegalStateException(name + " cannot start");
      }
    }

    @Override
    public void stop() {
      history.add("stop " + name);
      if (failing) {
        throw new IllegalStateException(name + " cannot stop");
      }
    }
  }

  @Test
  void servicesStartInOrderAndStopInReverse() throws Exception {
    try (Lifecycle lifecycle =
        new Lifecycle().add(new Part("log", false)).add(new Part("door", false))) {
      lifecycle.start();
    }

    assertThat(history).containsExactly("start log", "start door", "stop door", "stop log");
  }

  @Test
  void aServiceThatCannotStartTakesThoseBeforeItDown() {
    Lifecycle lifecycle = new Lifecycle().add(new Part("log", false)).add(new Part("door", true));

    assertThatThrownBy(lifecycle::start).hasMessage("door cannot start");
    assertThat(history).containsExactly("start log", "start door", "stop door", "stop log");
  }

  @Test
  void servicesAddedLaterAreStartedByTheNextStart() throws Exception {
    try (Lifecycle lifecycle = new Lifecycle().add(new Part("log", false))) {
      lifecycle.start();
      lifecycle.add(new Part("door", false)).start();
    }

    assertThat(history).containsExactly("start log", "start door", "stop door", "stop log");
  }
}
