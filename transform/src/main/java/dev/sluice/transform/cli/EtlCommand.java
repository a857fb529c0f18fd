package dev.sluice.transform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.transform.report.RunBook;
import dev.sluice.transform.report.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ./sluice etl}: the nightly jobs. */
@Command(
    name = "etl",
    mixinStandardHelpOptions = true,
    subcommands = {NewCommand.class, CareCommand.class},
    description = "Nightly jobs: what is stale and why, submitted to Spark, and how they went.")
public final class EtlCommand implements Runnable {
  private final InstantSource clock;
  @Spec private CommandSpec spec;

  public EtlCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw CommandFailure.usage("name a command: plan, nightly, backfill, runs, retry, care or new");
  }

  /** {@code --dry-run}. */
  static final class DryRun {
    @Option(names = "--dry-run", description = "say what would run, and run nothing")
    private boolean asked;
  }

  /** {@code --force}. */
  static final class Force {
    @Option(names = "--force", description = "all of the days, stale or not")
    private boolean asked;
  }

  /** How a plan is shown. */
  enum Format {
    table,
    json
  }

  @Command(
      name = "plan",
      mixinStandardHelpOptions = true,
      description = "Says what would run, why, and how much it reads. Changes nothing.")
  int plan(
      @Mixin DataOption data,
      @Option(names = "--from", paramLabel = "D", converter = Day.class, description = "first day")
          LocalDate from,
      @Option(names = "--to", paramLabel = "D", converter = Day.class, description = "last day")
          LocalDate to,
      @Option(
              names = "--format",
              paramLabel = "table|json",
              defaultValue = "table",
              description = "how it is shown (${DEFAULT-VALUE})")
          Format format,
      @Mixin JobOptions jobs)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    if ((from == null) != (to == null)) {
      throw CommandFailure.usage("--from and --to go together");
    }
    if (from != null) {
      words.addAll(span(from, to));
    }
    words.addAll(jobs.words());
    show(outlook(data, "plan", words), format);
    return 0;
  }

  @Command(
      name = "nightly",
      mixinStandardHelpOptions = true,
      description = {
        "Makes whatever is stale, up to yesterday: all of it becomes visible together.",
        "With --date: that day of every table, stale or not. May be repeated."
      })
  int nightly(
      @Mixin DataOption data,
      @Option(
              names = "--date",
              paramLabel = "D",
              converter = Day.class,
              description = "the UTC day: 2026-11-20")
          LocalDate date,
      @Mixin DryRun dry,
      @Mixin JobOptions jobs,
      @Mixin SparkOptions options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    if (date != null) {
      words.addAll(List.of("--date", date.toString()));
    }
    words.addAll(jobs.words());
    if (dry.asked) {
      show(outlook(data, "plan", words), Format.table);
      return 0;
    }
    submit(data, options, words, date == null ? "stale" : date.toString());
    return 0;
  }

  @Command(
      name = "backfill",
      mixinStandardHelpOptions = true,
      description = {
        "Makes what is stale of some days, however old, several at once in one Spark.",
        "One table after the other; each day becomes visible when it is done."
      })
  int backfill(
      @Mixin DataOption data,
      @Option(
              names = "--from",
              required = true,
              paramLabel = "D",
              converter = Day.class,
              description = "first day")
          LocalDate from,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "D",
              converter = Day.class,
              description = "last day")
          LocalDate to,
      @Option(
              names = "--parallel",
              paramLabel = "N",
              defaultValue = "1",
              description = "how many days at once, up to 64 (${DEFAULT-VALUE})")
          int parallel,
      @Mixin Force force,
      @Mixin JobOptions jobs,
      @Mixin SparkOptions options)
      throws IOException, InterruptedException {
    if (parallel < 1 || parallel > 64) {
      throw CommandFailure.usage("--parallel is 1 to 64");
    }
    List<String> words = new ArrayList<>(span(from, to));
    words.addAll(List.of("--parallel", String.valueOf(parallel)));
    if (force.asked) {
      words.add("--force");
    }
    words.addAll(jobs.words());
    submit(data, options, words, from + " to " + to);
    return 0;
  }

  @Command(
      name = "retry",
      mixinStandardHelpOptions = true,
      description =
          "Makes again what a run did not: its failed days, and those it gave up for them.")
  int retry(
      @Mixin DataOption data,
      @Parameters(paramLabel = "RUN", description = "as etl runs names it") String run,
      @Mixin JobOptions jobs,
      @Mixin SparkOptions options)
      throws IOException, InterruptedException {
    Optional<RunRecord> booked =
        new RunBook(directory(data))
            .newest(Integer.MAX_VALUE).stream().filter(known -> known.id().equals(run)).findFirst();
    Retry retry = new Retry(run, booked);
    boolean ledgerTells = !retry.killed() && (retry.wroteRows() || inLedger(data, run));
    if (booked.isPresent() && !ledgerTells) {
      submit(data, options, retry.asBooked(jobs.words()), booked.get().asked());
    } else {
      submit(data, options, retry.ofUnmade(jobs.words()), "retry of " + run);
    }
    return 0;
  }

  @Command(
      name = "runs",
      mixinStandardHelpOptions = true,
      description = "The runs, the newest first; of a table or a day: what was done to it.")
  int runs(
      @Mixin DataOption data,
      @Option(names = "--table", paramLabel = "T", defaultValue = "", description = "of one table")
          String table,
      @Option(names = "--day", paramLabel = "D", converter = Day.class, description = "of one day")
          LocalDate day,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "how many at most (${DEFAULT-VALUE})")
          int limit)
      throws IOException, InterruptedException {
    if (limit < 1) {
      throw CommandFailure.usage("--limit is at least 1");
    }
    JsonNode attempts = new ObjectMapper().createArrayNode();
    if (Pipeline.running(data.directory()).isPresent()) {
      attempts = outlook(data, "runs", List.of()).path("attempts");
    } else {
      spec.commandLine()
          .getErr()
          .println("no pipeline runs, so these are only the runs started from here");
    }
    RunsTable runs =
        new RunsTable(attempts, new RunBook(directory(data)).newest(Integer.MAX_VALUE));
    if (table.isEmpty() && day == null) {
      runs.runs(spec.commandLine().getOut(), limit);
    } else {
      String of = Optional.ofNullable(day).map(LocalDate::toString).orElse("");
      runs.attempts(spec.commandLine().getOut(), table, of, limit);
    }
    return 0;
  }

  private static List<String> span(LocalDate from, LocalDate to) {
    if (to.isBefore(from)) {
      throw CommandFailure.usage("--from " + from + " is after --to " + to);
    }
    return List.of("--from", from.toString(), "--to", to.toString());
  }

  private void submit(DataOption data, SparkOptions options, List<String> words, String asked)
      throws IOException, InterruptedException {
    Submission submission = options.submission(words);
    Pipeline pipeline = data.pipeline();
    new NightlyRun(clock, installation(), made(data), spec.commandLine().getOut())
        .run(submission, asked, pipeline.endpoints(), options.patience());
  }

  private boolean inLedger(DataOption data, String run) throws IOException, InterruptedException {
    for (JsonNode attempt : outlook(data, "runs", List.of()).path("attempts")) {
      if (attempt.path("run").asText().equals(run)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode outlook(DataOption data, String question, List<String> words)
      throws IOException, InterruptedException {
    Pipeline pipeline = data.pipeline();
    List<String> all = new ArrayList<>(List.of(question));
    all.addAll(words);
    return new OutlookProcess(clock, installation(), made(data)).ask(pipeline.endpoints(), all);
  }

  private void show(JsonNode plan, Format format) {
    if (format == Format.json) {
      spec.commandLine().getOut().println(plan.toString());
      spec.commandLine().getOut().flush();
    } else {
      new PlanTable(spec.commandLine().getOut()).show(plan);
    }
  }

  private static SparkInstallation installation() {
    return SparkInstallation.in(Path.of(System.getProperty(SparkInstallation.SLUICE_HOME, ".")));
  }

  private static Path directory(DataOption data) {
    return data.directory().resolve("etl");
  }

  private static Path made(DataOption data) throws IOException {
    return Files.createDirectories(directory(data));
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
