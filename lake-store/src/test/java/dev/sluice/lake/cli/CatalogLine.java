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
import picocli.CommandLine;

/** {@code catalog} as it is typed, against a lake that runs. */
final class CatalogLine {
  private final CatalogRig rig;
  private final Path data;

  CatalogLine(Path directory) throws Exception {
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
    CommandLine command =
        new CommandLine(new CatalogCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println(failure.getMessage());
                  return failure instanceof CommandFailure told ? told.exitCode() : 99;
                });
    String[] arguments = new String[words.length + 2];
    System.arraycopy(words, 0, arguments, 0, words.length);
    arguments[words.length] = "--data";
    arguments[words.length + 1] = data.toString();
    int code = command.execute(arguments);
    assertThat(code).as(err.toString()).isEqualTo(expected);
    return expected == 0 ? out.toString() : err.toString();
  }

  void stop() throws Exception {
    rig.stop();
  }
}
