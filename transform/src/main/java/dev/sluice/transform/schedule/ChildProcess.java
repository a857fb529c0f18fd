package dev.sluice.transform.schedule;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs words as a process of its own, in its own log; what it said last tells why it failed. */
public final class ChildProcess implements Errand {
  private static final int LINE = 500;

  private final List<String> launcher;
  private final List<String> following;
  private final Path log;
  private final Duration grace;

  /**
   * @param launcher what the words are given to
   * @param following words after them
   * @param log where all it says is added
   * @param grace how long it may take to end when it is asked to
   */
  public ChildProcess(List<String> launcher, List<String> following, Path log, Duration grace) {
    this.launcher = List.copyOf(launcher);
    this.following = List.copyOf(following);
    this.log = log;
    this.grace = grace;
  }

  @Override
  public Going start(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(words);
    command.addAll(following);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    LastLine output = new LastLine(process, log);
    output.start();
    Thread ending = new Thread(process::destroy, "end-scheduled");
    Runtime.getRuntime().addShutdownHook(ending);
    return new Child(process, output, ending, grace);
  }

  private record Child(Process process, LastLine output, Thread ending, Duration grace)
      implements Going {
    @Override
    public Optional<Ending> await(Duration longest) throws InterruptedException {
      if (!process.waitFor(longest.toNanos(), TimeUnit.NANOSECONDS)) {
        return Optional.empty();
      }
      output.join(TimeUnit.SECONDS.toMillis(5));
      int exit = process.exitValue();
      return Optional.of(
          new Ending(exit, exit == 0 ? "" : output.last().orElse("it ended with code " + exit)));
    }

    @Override
    public void stop() throws InterruptedException {
      // Known before it ends: the children of one that is gone are nobody's.
      List<ProcessHandle> all = process.descendants().toList();
      process.destroy();
      if (!process.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
      }
      all.forEach(ProcessHandle::destroyForcibly);
      process.waitFor();
      output.join(TimeUnit.SECONDS.toMillis(5));
      forget();
    }

    private void forget() {
      try {
        Runtime.getRuntime().removeShutdownHook(ending);
      } catch (IllegalStateException alreadyEnding) {
        // The hook runs by itself.
        return;
      }
    }
  }

  /** Copies what a process says to its log, and remembers the last line of it. */
  private static final class LastLine extends Thread {
    private final Process process;
    private final Path log;
    private volatile String last = "";

    LastLine(Process process, Path log) {
      super("scheduled-output");
      setDaemon(true);
      this.process = process;
      this.log = log;
    }

    Optional<String> last() {
      return last.isBlank()
          ? Optional.empty()
          : Optional.of(last.length() > LINE ? last.substring(0, LINE) : last);
    }

    @Override
    public void run() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
          OutputLog out = OutputLog.open(log)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          out.add(line);
          if (!line.isBlank()) {
            last = line.strip();
          }
        }
      } catch (IOException unwritten) {
        last = "what it said could not be written down: " + unwritten.getMessage();
        drain();
      }
    }

    /** One that nobody reads would wait for ever. */
    private void drain() {
      try {
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException ended) {
        return;
      }
    }
  }
}
