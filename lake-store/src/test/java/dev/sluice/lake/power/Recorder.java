package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The library that writes down what a process does to its files, and processes that load it. */
final class Recorder {
  private static final Path SOURCE =
      Path.of(System.getProperty("sluice.root"), "lake-store/src/test/c/recorder.c");

  private final Path library;

  private Recorder(Path library) {
    this.library = library;
  }

  /** Built by the system's C compiler; empty where there is none. */
  static Optional<Recorder> build(Path directory) throws Exception {
    Path library = directory.resolve("recorder.so");
    ProcessBuilder compiler =
        new ProcessBuilder(
            "gcc",
            "-O2",
            "-Wall",
            "-shared",
            "-fPIC",
            "-o",
            library.toString(),
            SOURCE.toString(),
            "-ldl",
            "-lpthread");
    Path said = directory.resolve("gcc");
    compiler.redirectErrorStream(true).redirectOutput(said.toFile());
    Process process;
    try {
      process = compiler.start();
    } catch (IOException e) {
      return Optional.empty();
    }
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    return Optional.of(new Recorder(library));
  }

  /** A place in memory, where files cost nothing, if the machine has one. */
  static Path fastDirectory(Path otherwise) throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "sluice-power-").toRealPath()
        : otherwise.toRealPath();
  }

  /** Runs the class's main, recorded below the root, until it ends. */
  Recording record(Class<?> main, Path root, Path file, List<String> arguments) throws Exception {
    return record(main, root, file, arguments, Map.of());
  }

  /** As {@link #record}, with more said to the recorder. */
  Recording record(
      Class<?> main, Path root, Path file, List<String> arguments, Map<String, String> more)
      throws Exception {
    Path said = Path.of(file + ".out");
    ProcessBuilder builder = start(main, root, file, arguments);
    builder.environment().putAll(more);
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the process ends").isTrue();
      assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Recording.read(root, file);
  }

  private ProcessBuilder start(Class<?> main, Path root, Path file, List<String> arguments) {
    ProcessBuilder process = process(main, arguments);
    process.environment().put("LD_PRELOAD", library.toString());
    process.environment().put("RECORD_ROOT", root.toString());
    process.environment().put("RECORD_FILE", file.toString());
    process.environment().put("RECORD_PAUSE", "200");
    return process;
  }

  /** A process that runs the class's main, not recorded. */
  static ProcessBuilder process(Class<?> main, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
