package dev.sluice.infra.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A daemon as a process of its own, ended with its owner. */
final class DaemonProcess implements AutoCloseable {
  private static final long DRAIN_SECONDS = 60;

  private final String name;
  private final Process process;
  private final Path errors;
  private final int errorsBefore;
  private final BufferedReader out;

  /** What a daemon that did not run left behind. */
  record Ended(int exitCode, String out, String errors) {}

  private DaemonProcess(String name, Process process, Path errors, int errorsBefore) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.errorsBefore = errorsBefore;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts {@code ./sluice NAME --config FILE} with these settings and these variables. */
  static DaemonProcess start(
      String name, Path place, String settings, Map<String, String> environment)
      throws IOException {
    Path file = Files.writeString(place.resolve(name + ".yaml"), settings);
    List<String> command = new ArrayList<>(LocalPipeline.launcher());
    command.addAll(List.of(name, "--config", file.toString()));
    return start(name, command, place, environment);
  }

  /** Runs a client command on a directory that says where the daemons are. */
  static Ended run(Path data, String... words) throws Exception {
    List<String> command = new ArrayList<>(LocalPipeline.launcher());
    command.addAll(List.of(words));
    command.addAll(List.of("--data", data.toString()));
    try (DaemonProcess process = start(words[0], command, data, Map.of())) {
      return process.ended();
    }
  }

  /** Starts a broker that keeps its log under {@code place}. */
  static DaemonProcess broker(Path place) throws IOException {
    List<String> command = new ArrayList<>(LocalPipeline.launcher());
    int classes = command.indexOf("-cp") + 1;
    String ofTests =
        Path.of(BrokerDaemon.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString();
    command.set(classes, ofTests + ":" + command.get(classes));
    command.set(command.size() - 1, BrokerDaemon.class.getName());
    command.add(place.resolve("kafka").toString());
    return start("broker", command, place, Map.of());
  }

  private static DaemonProcess start(
      String name, List<String> command, Path place, Map<String, String> environment)
      throws IOException {
    Path errors = place.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    builder.environment().keySet().removeIf(key -> key.startsWith("SLUICE_"));
    builder.environment().putAll(new HashMap<>(environment));
    int before = Files.exists(errors) ? Files.readString(errors).length() : 0;
    return new DaemonProcess(name, builder.start(), errors, before);
  }

  /** What follows {@code announcement} on the line that begins with it, once it is printed. */
  String announced(String announcement) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith(announcement)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new AssertionError(name + " ended: " + errors());
    }
    return line.substring(announcement.length());
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** What it logged so far; one of its name may have logged there before. */
  private String errors() throws IOException {
    return Files.readString(errors).substring(errorsBefore);
  }

  /** Waits until it has ended by itself. */
  Ended ended() throws Exception {
    StringBuilder printed = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      printed.append(line).append('\n');
    }
    return new Ended(process.waitFor(), printed.toString(), errors());
  }

  /** Ends it as {@code kill -9} does, and returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end by SIGTERM; how it did. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(name + " still runs " + DRAIN_SECONDS + " s after SIGTERM");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
