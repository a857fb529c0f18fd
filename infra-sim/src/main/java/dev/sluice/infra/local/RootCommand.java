package dev.sluice.infra.local;

import dev.sluice.daemon.SettingsException;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.ingest.cli.DeadLettersCommand;
import dev.sluice.ingest.cli.ProduceCommand;
import dev.sluice.ingest.cli.ReceiptCommand;
import dev.sluice.ingest.cli.StreamCommand;
import dev.sluice.ingest.cli.VerifyCommand;
import dev.sluice.lake.cli.CatalogCommand;
import dev.sluice.lake.cli.SqlCommand;
import dev.sluice.monitoring.cli.StatusCommand;
import dev.sluice.transform.cli.EtlCommand;
import dev.sluice.transform.cli.ScheduleCommand;
import java.time.Clock;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./sluice}: every command, and the rules for exit codes and bad input that all of them
 * share.
 */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    versionProvider = RootCommand.Version.class,
    description = "Events from the moment they happen into tables that analysts can trust.",
    footer = {"", "Exit codes: 0 success, 1 a failed run, 2 bad usage."},
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      DemoCommand.class,
      SqlCommand.class,
      CatalogCommand.class,
      VerifyCommand.class,
      DeadLettersCommand.class,
      StreamCommand.class,
      ReceiptCommand.class,
      LakeCommand.class,
      IngestCommand.class,
      MonitorCommand.class,
      AutoComplete.GenerateCompletion.class
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec;

  static CommandLine commandLine() {
    Clock clock = Clock.systemUTC();
    return new CommandLine(new RootCommand())
        .addSubcommand(new ProduceCommand(clock))
        .addSubcommand(
            new CommandLine(new EtlCommand(clock))
                .addSubcommand(new ScheduleCommand(ScheduleProcess.here(clock))))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((bad, arguments) -> refuse(bad))
        .setExecutionExceptionHandler((failure, command, parsed) -> fail(failure, command));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw CommandFailure.usage("name a command");
  }

  private static int refuse(ParameterException bad) {
    CommandLine command = bad.getCommandLine();
    command.getErr().println(firstLine(bad.getMessage()));
    String qualified = command.getCommandSpec().qualifiedName();
    command.getErr().println("see: ./" + qualified + " --help");
    return CommandFailure.USAGE;
  }

  private static int fail(Exception failure, CommandLine command) throws Exception {
    if (failure instanceof CommandFailure known) {
      command.getErr().println(known.getMessage());
      return known.exitCode();
    }
    if (failure instanceof SettingsException settings) {
      command.getErr().println(settings.getMessage());
      return CommandFailure.USAGE;
    }
    throw failure;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("bad usage");
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RootCommand.class.getPackage().getImplementationVersion();
      return new String[] {"sluice " + (version == null ? "from unpackaged classes" : version)};
    }
  }
}
