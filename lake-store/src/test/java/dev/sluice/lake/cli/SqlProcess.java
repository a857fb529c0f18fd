package dev.sluice.lake.cli;

import dev.sluice.daemon.cli.CommandFailure;
import picocli.CommandLine;

/** {@code sql} as a process of its own. */
final class SqlProcess {
  private SqlProcess() {}

  public static void main(String[] arguments) {
    int code =
        new CommandLine(new SqlCommand())
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println(failure.getMessage());
                  return failure instanceof CommandFailure told ? told.exitCode() : 99;
                })
            .execute(arguments);
    Runtime.getRuntime().exit(code);
  }
}
