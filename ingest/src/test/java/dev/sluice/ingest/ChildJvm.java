package dev.sluice.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A JVM beside that of the test, its errors in a file. One of ours says when it is ready and
 * answers lines with lines; whichever it is, it does not outlive the test.
 */
public final class ChildJvm implements AutoCloseable {
  private static final String READY = "ready ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Thread end;

  private ChildJvm(Process process) {
    this.process = process;
    this.end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
  }

  /** Starts any; the arguments are those of the {@code java} command. */
  public static ChildJvm start(Path log, List<String> arguments, Map<String, String> variables)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(variables);
    return new ChildJvm(builder.start());
  }

  /** The {@code java} arguments of a class of this class path. */
  public static List<String> arguments(List<String> flags, Class<?> main, List<String> rest) {
    List<String> arguments = new ArrayList<>(flags);
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    arguments.addAll(rest);
    return arguments;
  }

  /** Waits until it says that it is ready, and gives what it says with that. */
  public String ready() throws Exception {
    try {
      return CompletableFuture.supplyAsync(this::readReady)
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      kill();
      throw e;
    }
  }

  private String readReady() {
    try {
      for (String line = process.inputReader().readLine();
          line != null;
          line = process.inputReader().readLine()) {
        if (line.startsWith(READY)) {
          return line.substring(READY.length());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("the child ended before it was ready");
  }

  public String ask(String question) throws IOException {
    process.outputWriter().write(question + "\n");
    process.outputWriter().flush();
    return process.inputReader().readLine();
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** No goodbye: SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    forget();
  }

  /** Asks it to end: its exit code, that of a kill when it did not. */
  public int end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    forget();
    return process.waitFor();
  }

  /** Waits until it has done what it was started for: its exit code. */
  public int await() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    forget();
    return process.waitFor();
  }

  /** Asks it to end, and makes it when it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      // This JVM ends: the hook has run.
    }
  }

  /** In the child: says that it is ready, then answers until nobody asks any more. */
  public static void serve(Object ready, UnaryOperator<String> answers) throws IOException {
    System.out.println(READY + ready);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(answers.apply(line));
    }
  }
}
