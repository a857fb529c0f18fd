package dev.sluice.transform.cli;

import dev.sluice.daemon.Service;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.schedule.ChildProcess;
import dev.sluice.transform.schedule.Desk;
import dev.sluice.transform.schedule.ScheduleSettings;
import dev.sluice.transform.schedule.Scheduler;
import dev.sluice.transform.schedule.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./sluice etl schedule}: runs commands when they are due, and tells how that goes. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the nightly jobs when they are due, until Ctrl-C; without --config each night at 03:30 UTC.",
      "Of several that run for one lake, one at a time does."
    })
public final class ScheduleCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(30);

  /**
   * What the process gives to a command.
   *
   * @param nonces never the same text twice, here or in another process
   * @param launcher what starts a process that understands the words of {@code ./sluice}
   * @param serving runs a service until the process is told to end
   */
  public record Host(
      InstantSource clock,
      Map<String, String> environment,
      RandomGenerator random,
      Supplier<String> nonces,
      List<String> launcher,
      Serving serving) {
    public Host {
      environment = Map.copyOf(environment);
      launcher = List.copyOf(launcher);
    }

    @Override
    public String toString() {
      return "Host[" + launcher + "]";
    }
  }

  /** Runs a service until the process is told to end. */
  public interface Serving {
    /**
     * Serves it.
     *
     * @param ready done once the service runs
     */
    void serve(Service service, Runnable ready) throws Exception;
  }

  private final Host host;
  @Mixin private DataOption data = new DataOption();
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "the schedules in YAML; a variable SLUICE_KEY in the environment wins over a key in it")
  private Path file;

  public ScheduleCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() throws Exception {
    if (file != null && !Files.isRegularFile(file)) {
      throw CommandFailure.usage("no settings file at " + file);
    }
    ScheduleSettings settings =
        Settings.read(ScheduleSettings.class, Optional.ofNullable(file), host.environment());
    PrintWriter out = spec.commandLine().getOut();
    Path directory = Files.createDirectories(data.directory().resolve("etl"));
    Surroundings.Lake lake = lake(data);
    Surroundings here =
        new Surroundings(
            "process " + ProcessHandle.current().pid(),
            host.clock(),
            host.random(),
            host.nonces(),
            new ChildProcess(
                launcher(host.launcher()),
                List.of("--data", data.directory().toString()),
                directory.resolve("schedule.log"),
                grace(settings)),
            directory,
            line -> say(out, line));
    host.serving().serve(new Scheduler(settings, () -> lake, here), () -> announce(out, settings));
    return 0;
  }

  private static List<String> launcher(List<String> launcher) {
    List<String> words = new ArrayList<>(launcher);
    words.add("etl");
    return words;
  }

  /** Less than a lease: who lost it must have ended its run before another takes it. */
  private static Duration grace(ScheduleSettings settings) {
    Duration half = settings.lease().dividedBy(2);
    return half.compareTo(GRACE) < 0 ? half : GRACE;
  }

  private void say(PrintWriter out, String line) {
    out.println(host.clock().instant().truncatedTo(ChronoUnit.SECONDS) + " " + line);
    out.flush();
  }

  private void announce(PrintWriter out, ScheduleSettings settings) {
    settings
        .effective()
        .forEach((name, entry) -> say(out, name + ": " + entry.cron() + " " + entry.zone()));
  }

  private static Surroundings.Lake lake(DataOption data) {
    Endpoints endpoints = data.pipeline().endpoints();
    return new Surroundings.Lake(endpoints.catalog(), endpoints.credentials().forCatalog());
  }

  @Command(
      name = "prepare",
      hidden = true,
      mixinStandardHelpOptions = true,
      description = "Makes the table that schedulers share; they do it themselves.")
  int prepare(@Mixin DataOption where) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(where.directory().resolve("etl"));
    SparkInstallation spark =
        SparkInstallation.in(Path.of(System.getProperty(SparkInstallation.SLUICE_HOME, ".")));
    new OutlookProcess(host.clock(), spark, directory)
        .ask(where.pipeline().endpoints(), List.of("prepare"));
    return 0;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "The schedules, how they stand and when they are due.")
  int list(@Mixin DataOption where) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-16s %-32s %-20s %-20s %s%n", "schedule", "times", "next", "last success", "state");
    for (Desk.Line line : asked(() -> desk(where).lines(host.clock().instant()))) {
      out.printf(
          "%-16s %-32s %-20s %-20s %s%s%n",
          line.name(),
          line.cron(),
          line.next().map(Instant::toString).orElse("-"),
          line.success().map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("-"),
          line.state(),
          line.why().isEmpty() ? "" : ": " + line.why());
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description = "Begins no run of a schedule any more; one that runs goes on.")
  int pause(@Mixin DataOption where, @Parameters(paramLabel = "SCHEDULE") String name)
      throws IOException {
    return changed(where, name + " is paused", desk -> desk.pause(name));
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Ends a pause; what was due meanwhile is caught up with.")
  int resume(@Mixin DataOption where, @Parameters(paramLabel = "SCHEDULE") String name)
      throws IOException {
    return changed(where, name + " is resumed", desk -> desk.resume(name));
  }

  @Command(
      name = "run-now",
      mixinStandardHelpOptions = true,
      description = "Has the scheduler run a schedule at its next look, paused or not.")
  int runNow(
      @Mixin DataOption where,
      @Parameters(paramLabel = "SCHEDULE") String name,
      @Option(
              names = "--date",
              paramLabel = "D",
              converter = EtlCommand.Day.class,
              description = "the UTC day; yesterday if none is named")
          LocalDate date)
      throws IOException {
    LocalDate yesterday = LocalDate.ofInstant(host.clock().instant(), ZoneOffset.UTC).minusDays(1);
    LocalDate day = Optional.ofNullable(date).orElse(yesterday);
    return changed(where, name + " will run for " + day, desk -> desk.ask(name, day));
  }

  private interface Change {
    void make(Desk desk) throws IOException;
  }

  private int changed(DataOption where, String done, Change change) throws IOException {
    Desk desk = desk(where);
    asked(
        () -> {
          change.make(desk);
          return done;
        });
    spec.commandLine().getOut().println(done);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  private static <T> T asked(Question<T> question) {
    try {
      return question.ask();
    } catch (Desk.UnknownSchedule unknown) {
      throw CommandFailure.usage(unknown.getMessage());
    } catch (IOException unreachable) {
      throw CommandFailure.failed("the schedules cannot be reached: " + unreachable.getMessage());
    }
  }

  private Desk desk(DataOption where) {
    return new Desk(lake(where), PATIENCE, host.nonces());
  }
}
