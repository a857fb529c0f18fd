package dev.sluice.transform.sample;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.transform.cli.EtlCommand;
import dev.sluice.transform.cli.ScheduleCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import picocli.CommandLine;

/** {@code etl} as the root command runs it: its exit code and what it said. */
public record Command(int exit, String out, String err) {
  public static Command etl(Clock clock, String... words) {
    return run(new CommandLine(new EtlCommand(clock)), words);
  }

  /** One of its commands that comes with what it needs. */
  public static Command etl(ScheduleCommand schedule, String... words) {
    return run(new CommandLine(new EtlCommand(Clock.systemUTC())).addSubcommand(schedule), words);
  }

  private static Command run(CommandLine etl, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        etl.setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof CommandFailure known) {
                    command.getErr().println(known.getMessage());
                    return known.exitCode();
                  }
                  throw failure;
                })
            .execute(words);
    return new Command(exit, out.toString(), err.toString());
  }
}
