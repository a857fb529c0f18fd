package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.lake.CatalogRig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Commands as they are typed, against a lake that runs. */
final class TypedCommand {
  private final CatalogRig rig;
  private final Path data;
  private final Supplier<?> command;

  /**
   * @param command makes it anew for each line that is typed
   */
  TypedCommand(Path directory, Supplier<?> command) throws Exception {
    this.command = command;
    data = directory;
    rig = new CatalogRig(directory.resolve("lake"));
    new Endpoints(
            URI.create("http://127.0.0.1:1"),
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            "127.0.0.1:1",
            rig.lake().s3().orElseThrow(),
            rig.uri(),
            Optional.empty(),
            new Endpoints.Credentials("a", "b", "c"),
            ProcessHandle.current().pid())
        .write(directory);
  }

  CatalogRig rig() {
    return rig;
  }

  /** What is printed; what is said of the failure, where one is expected. */
  String run(int expected, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(command.get())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(
                (failure, said, parsed) -> {
                  said.getErr().println(failure.getMessage());
                  return failure instanceof CommandFailure told ? told.exitCode() : 99;
                });
    String[] arguments = new String[words.length + 2];
    System.arraycopy(words, 0, arguments, 0, words.length);
    arguments[words.length] = "--data";
    arguments[words.length + 1] = data.toString();
    int code = line.execute(arguments);
    assertThat(code).as(err.toString()).isEqualTo(expected);
    return expected == 0 ? out.toString() : err.toString();
  }

  void stop() throws Exception {
    rig.stop();
  }
}
