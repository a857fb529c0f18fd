package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.report.RunBook;
import dev.sluice.transform.report.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ./sluice etl}: the nightly jobs. */
@Command(
    name = "etl",
    mixinStandardHelpOptions = true,
    subcommands = NewCommand.class,
    description = "Nightly jobs, submitted to Spark, and how they went.")
public final class EtlCommand implements Runnable {
  private static final Pattern MEMORY = Pattern.compile("\\d{1,6}[mg]");

  private final InstantSource clock;
  @Spec private CommandSpec spec;

  public EtlCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw CommandFailure.usage("name a command: nightly, runs or new");
  }

  @Command(
      name = "nightly",
      mixinStandardHelpOptions = true,
      description = "Makes one day of every subject table; may be repeated.")
  int nightly(
      @Mixin DataOption data,
      @Option(
              names = "--date",
              required = true,
              paramLabel = "D",
              converter = Day.class,
              description = "the UTC day: 2026-11-20")
          LocalDate date,
      @Option(
              names = "--master",
              paramLabel = "URL",
              defaultValue = "local[*]",
              description = "where Spark runs: local[*] or spark://host:7077 (${DEFAULT-VALUE})")
          String master,
      @Option(
              names = "--memory",
              paramLabel = "SIZE",
              defaultValue = "1g",
              description = "heap of the driver and of each executor (${DEFAULT-VALUE})")
          String memory,
      @Option(
              names = "--patience",
              paramLabel = "MINUTES",
              defaultValue = "360",
              description = "when to give the run up (${DEFAULT-VALUE})")
          long patienceMinutes,
      @Option(
              names = "--conf",
              paramLabel = "KEY=VALUE",
              description = "a setting of Spark's; may be repeated")
          Map<String, String> settings)
      throws IOException, InterruptedException {
    if (!MEMORY.matcher(memory).matches()) {
      throw CommandFailure.usage("--memory " + memory + " is no size; write it as 512m or 2g");
    }
    if (patienceMinutes < 1) {
      throw CommandFailure.usage("--patience is at least 1 minute");
    }
    Endpoints pipeline = data.pipeline().endpoints();
    SparkInstallation spark =
        SparkInstallation.in(Path.of(System.getProperty(SparkInstallation.SLUICE_HOME, ".")));
    Path directory = Files.createDirectories(data.directory().resolve("etl"));
    Map<String, String> added = Optional.ofNullable(settings).orElse(Map.of());
    new NightlyRun(clock, spark, directory, spec.commandLine().getOut())
        .run(
            new Submission(date, master, memory, added),
            pipeline,
            Duration.ofMinutes(patienceMinutes));
    return 0;
  }

  @Command(
      name = "runs",
      mixinStandardHelpOptions = true,
      description = "The runs of this data directory, the newest first.")
  int runs(
      @Mixin DataOption data,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "how many at most (${DEFAULT-VALUE})")
          int limit)
      throws IOException {
    if (limit < 1) {
      throw CommandFailure.usage("--limit is at least 1");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-24s %-10s %-8s %12s %9s%n", "run", "day", "status", "rows", "seconds");
    for (RunRecord run : new RunBook(data.directory().resolve("etl")).newest(limit)) {
      out.printf(
          "%-24s %-10s %-8s %,12d %9.1f  %s%n",
          run.id(),
          run.day(),
          run.status().name().toLowerCase(Locale.ROOT),
          run.rows(),
          run.seconds(),
          run.why());
    }
    out.flush();
    return 0;
  }

  /** Reads a day, and says how one is written. */
  static final class Day implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
      try {
        return LocalDate.parse(text);
      } catch (DateTimeParseException notADay) {
        throw new TypeConversionException("'" + text + "' is no day; write it as 2026-11-20");
      }
    }
  }
}
