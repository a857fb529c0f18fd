package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A shell in a folder and home of its own, that knows nothing of the machine's AWS settings. Every
 * command ends within its time, or is ended.
 */
final class Terminal {
  private static final long SECONDS = 120;

  /** Which commands run here, by their words: some take a second to say so. */
  private static final Map<String, Boolean> THERE = new ConcurrentHashMap<>();

  record Result(int exit, String output) {}

  private final Path work;
  private final Map<String, String> environment;

  Terminal(Path work, Map<String, String> environment) throws IOException {
    this.work = Files.createDirectories(work);
    this.environment = Map.copyOf(environment);
  }

  Path work() {
    return work;
  }

  Result run(List<String> command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("said", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(said.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("HOME", work.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("AWS_MAX_ATTEMPTS", "1");
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(command + " did not end:\n" + Files.readString(said));
      }
      return new Result(process.exitValue(), Files.readString(said));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(said);
    }
  }

  /** What a command says that must succeed. */
  String ok(String... command) throws IOException, InterruptedException {
    Result result = run(List.of(command));
    assertThat(result.exit()).as(List.of(command) + "\n" + result.output()).isZero();
    return result.output();
  }

  /** The same of a command with arguments that are always there. */
  String ok(List<String> command, String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return ok(all.toArray(String[]::new));
  }

  /** What lines of shell say; the first that fails ends them. */
  String shell(String lines) throws IOException, InterruptedException {
    return ok("sh", "-euc", lines);
  }

  /** Skips the test where a command is not installed, and says so. */
  void needs(String... command) throws InterruptedException {
    String words = String.join(" ", command);
    Boolean known = THERE.get(words);
    boolean there = known == null ? runs(command) : known;
    THERE.put(words, there);
    assumeTrue(there, () -> "skipped: '" + words + "' does not run here");
  }

  private boolean runs(String... command) throws InterruptedException {
    try {
      return run(List.of(command)).exit() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** A new file of bytes that no compression shortens. */
  Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return write(name, bytes);
  }

  Path write(String name, byte[] bytes) throws IOException {
    Path file = work.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  void same(String one, String other) throws IOException {
    assertThat(Files.mismatch(work.resolve(one), work.resolve(other))).as(other).isEqualTo(-1);
  }
}
