package dev.sluice.infra.local;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What the demo shows: its steps with their times, then all of them on one screen. */
final class DemoScreen {
  private record Step(String name, String result, double seconds) {}

  private final PrintWriter out;
  private final PrintWriter progress;
  private final List<Step> steps = new ArrayList<>();
  private final long begun = System.nanoTime();
  private String name = "";
  private long stepBegun;

  DemoScreen(PrintWriter out, PrintWriter progress) {
    this.out = out;
    this.progress = progress;
  }

  void title(String text) {
    out.println(text);
    out.flush();
  }

  void begin(String step) {
    name = step;
    stepBegun = System.nanoTime();
  }

  /** Ends the step that was begun. */
  void done(String result) {
    steps.add(new Step(name, result, (System.nanoTime() - stepBegun) / 1e9));
    print(steps.get(steps.size() - 1));
  }

  /** Shows a step's result that takes more than a line, such as a table. */
  void show(Consumer<PrintWriter> result) {
    out.println();
    result.accept(out);
    out.println();
    out.flush();
  }

  PrintWriter out() {
    return out;
  }

  /** Where a progress bar is drawn. */
  PrintWriter progress() {
    return progress;
  }

  void summary() {
    out.println();
    out.println("Summary");
    steps.forEach(this::print);
    out.printf(Locale.ROOT, "  %-10s %6.1f s%n", "all", (System.nanoTime() - begun) / 1e9);
    out.flush();
  }

  private void print(Step step) {
    out.printf(Locale.ROOT, "  %-10s %6.1f s  %s%n", step.name(), step.seconds(), step.result());
    out.flush();
  }
}
