package dev.sluice.transform.schedule;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Runs nothing, but takes its time, and ends as it was told to. */
final class Script implements Errand {
  private record Scene(Duration length, Ending ending) {}

  private final SimulatedTime time;
  private final Deque<Scene> scenes = new ArrayDeque<>();
  private final List<String> started = new ArrayList<>();
  private Runnable meanwhile = () -> {};
  private int going;
  private int mostAtOnce;

  Script(SimulatedTime time) {
    this.time = time;
  }

  Script then(Duration length, int exit) {
    scenes.add(new Scene(length, new Ending(exit, exit == 0 ? "" : "it broke")));
    return this;
  }

  /** Done at every wait for it. */
  void meanwhile(Runnable action) {
    meanwhile = action;
  }

  List<String> started() {
    return started;
  }

  int going() {
    return going;
  }

  int mostAtOnce() {
    return mostAtOnce;
  }

  @Override
  public Going start(List<String> words) throws IOException {
    started.add(String.join(" ", words));
    Scene scene = scenes.isEmpty() ? new Scene(Duration.ZERO, new Ending(0, "")) : scenes.pop();
    if (scene.length().isNegative()) {
      throw new IOException("no such program");
    }
    going++;
    mostAtOnce = Math.max(mostAtOnce, going);
    long end = time.nanos() + scene.length().toNanos();
    return new Going() {
      private boolean stopped;

      @Override
      public Optional<Ending> await(Duration longest) {
        Runnable action = meanwhile;
        action.run();
        Duration left = Duration.ofNanos(Math.max(0, end - time.nanos()));
        if (left.compareTo(longest) <= 0) {
          time.rest(left);
          return Optional.of(scene.ending());
        }
        time.rest(longest);
        return Optional.empty();
      }

      @Override
      public void stop() {
        if (!stopped) {
          stopped = true;
          going--;
        }
      }
    };
  }
}
