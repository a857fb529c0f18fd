package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ./sluice etl care}: table care, submitted to Spark, and what it saved. */
@Command(
    name = "care",
    mixinStandardHelpOptions = true,
    description = {
      "Puts the closed days of tables in order: small files, deletes, manifests, old snapshots.",
      "Files that no table names are only counted, unless asked otherwise."
    })
final class CareCommand implements Callable<Integer> {
  private static final String MAIN_CLASS = "dev.sluice.transform.Care";
  private static final Pattern TABLE = Pattern.compile("\\w+\\.\\w+");

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;
  @Mixin private SparkOptions options;

  @Parameters(paramLabel = "TABLE", arity = "0..*", description = "raw.app_events; none are all")
  private List<String> tables = new ArrayList<>();

  @Option(names = "--dry-run", description = "say what would be done, and change nothing")
  private boolean dryRun;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ACTION",
      converter = ActionWord.class,
      description = "compact, manifests, expire, orphans (all)")
  private List<Cared.Action> only = new ArrayList<>();

  @Option(
      names = "--quarantine",
      description = "note the orphans in ops.care_quarantine, with the time")
  private boolean quarantine;

  @Option(
      names = "--delete",
      description = "delete orphans that were noted long enough ago, and note the others")
  private boolean delete;

  private String why = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    Submission submission = options.submission(words());
    Endpoints pipeline = data.pipeline().endpoints();
    SparkInstallation spark =
        SparkInstallation.in(Path.of(System.getProperty(SparkInstallation.SLUICE_HOME, ".")));
    Path directory = Files.createDirectories(data.directory().resolve("etl"));
    Path scratch = Files.createDirectories(directory.resolve("scratch")).toAbsolutePath();
    String run = "care-" + ProcessHandle.current().pid();
    Path log = directory.resolve(run + ".log");
    PrivateFiles.fresh(log);
    Path properties = scratch.resolve(run + ".properties");
    int exit;
    try {
      PrivateFiles.write(properties, submission.properties(pipeline, scratch));
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      exit =
          new SparkProcess(
                  submission.command(MAIN_CLASS, java, spark, properties, scratch),
                  submission.environment(spark),
                  log,
                  options.patience())
              .lines(this::note);
    } finally {
      Files.deleteIfExists(properties);
    }
    if (exit != 0) {
      throw CommandFailure.failed(
          (why.isEmpty() ? "Spark ended with exit code " + exit + " and did not say why" : why)
              + " (log: "
              + log
              + ")");
    }
    return 0;
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    for (String table : tables) {
      if (!TABLE.matcher(table).matches()) {
        throw CommandFailure.usage("'" + table + "' is no table; write it as raw.app_events");
      }
      words.add(table);
    }
    if (!only.isEmpty()) {
      words.addAll(
          List.of("--only", String.join(",", only.stream().map(Cared.Action::word).toList())));
    }
    if (dryRun) {
      words.add("--dry-run");
    }
    if (delete) {
      words.add("--delete");
    } else if (quarantine) {
      words.add("--quarantine");
    }
    return words;
  }

  /** Whether a line was of the run's report. */
  private boolean note(String line) {
    Optional<Cared> cared = Cared.parse(line);
    cared.ifPresent(this::show);
    Optional<Progress> progress = Progress.parse(line);
    if (progress.isPresent() && progress.get() instanceof Progress.Failed failed) {
      why = failed.why();
    } else if (progress.isPresent() && progress.get() instanceof Progress.Started started) {
      spec.commandLine().getOut().printf("%-28s %.1f s%n", "spark started", started.seconds());
      spec.commandLine()
          .getOut()
          .printf(
              "%-28s %-9s %-8s %9s %9s %10s %17s %7s%n",
              "table", "action", "ended", "before", "after", "saved", "planning s", "s");
    }
    spec.commandLine().getOut().flush();
    return cared.isPresent() || progress.isPresent();
  }

  private void show(Cared cared) {
    spec.commandLine()
        .getOut()
        .printf(
            "%-28s %-9s %-8s %,9d %,9d %10s %17s %7.1f  %s%n",
            cared.table(),
            cared.action().word(),
            cared.ending().word(),
            cared.before(),
            cared.after(),
            PlanTable.size(cared.bytesSaved()),
            cared.planningBefore() == 0
                ? ""
                : String.format(
                    Locale.ROOT, "%.3f -> %.3f", cared.planningBefore(), cared.planningAfter()),
            cared.seconds(),
            cared.note());
  }

  /** Reads an action, and says which there are. */
  static final class ActionWord implements ITypeConverter<Cared.Action> {
    @Override
    public Cared.Action convert(String word) {
      try {
        return Cared.Action.valueOf(word.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException unknown) {
        throw new TypeConversionException(
            "'" + word + "' is no action; there are compact, manifests, expire and orphans");
      }
    }
  }
}
