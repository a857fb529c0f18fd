package dev.sluice.ingest.cli;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.cli.Pipeline;
import dev.sluice.ingest.produce.Delivery;
import dev.sluice.ingest.produce.DoorClient;
import dev.sluice.ingest.produce.SensorFleet;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Simulation;
import dev.sluice.ingest.produce.Span;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code produce STREAM --count N}: simulated producers through the front door. */
@Command(
    name = "produce",
    description = "Send simulated events through the front door.",
    mixinStandardHelpOptions = true)
public final class ProduceCommand implements Callable<Integer> {
  /** What is simulated. */
  enum Kind {
    shop,
    sensor
  }

  private static final Duration RECENT = Duration.ofMinutes(10);

  private final InstantSource clock;

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "STREAM", description = "the stream to send to, such as app-events")
  private String stream = "";

  @Option(names = "--count", required = true, description = "how many events")
  private long count;

  @Option(names = "--rate", description = "events a second at most (default: as fast as it goes)")
  private double rate;

  @Option(
      names = "--kind",
      description = "shop or sensor (default: shop for app-events, sensor for sensor-readings)")
  private Kind kind;

  @Option(names = "--seed", description = "the same seed and date make the same events")
  private Long seed;

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "spread over this UTC day (default: over the last ten minutes)")
  private LocalDate date;

  public ProduceCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (count < 1) {
      throw CommandFailure.usage("--count must be at least 1, not " + count);
    }
    if (rate < 0 || Double.isNaN(rate)) {
      throw CommandFailure.usage("--rate must be positive, not " + rate);
    }
    Simulation simulation = simulation();
    Span span = span();
    Pipeline pipeline = data.pipeline();
    long from = seed == null ? clock.millis() : seed;
    DoorClient client =
        new DoorClient(
            pipeline.http(),
            pipeline.endpoints().door(),
            stream,
            pipeline.endpoints().credentials().writeKey(),
            DoorClient.Pace.standard().at(rate));
    Iterator<String> events = simulation.iterator(from, count, span);
    try (ProgressBar bar = ProgressBar.onTerminal(spec.commandLine().getErr(), count)) {
      return summary(client.send(events, bar::show), from);
    } catch (IOException e) {
      throw CommandFailure.failed("sending to " + stream + " failed: " + e.getMessage());
    }
  }

  private int summary(Delivery delivery, long from) {
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "%s: sent %d, accepted %d, refused %d, unknown %d in %.1f s (%.0f events/s), seed %d",
                stream,
                delivery.sent(),
                delivery.accepted(),
                delivery.refusedEvents(),
                delivery.unknown(),
                delivery.took().toMillis() / 1000.0,
                delivery.perSecond(),
                from));
    spec.commandLine().getOut().flush();
    if (delivery.accepted() == delivery.sent()) {
      return 0;
    }
    throw CommandFailure.failed(
        (delivery.sent() - delivery.accepted())
            + " events were not accepted: refused "
            + delivery.reasons()
            + ", unknown "
            + delivery.unknown()
            + "; for example "
            + String.join("; ", delivery.samples()));
  }

  private Simulation simulation() {
    if (kind != null) {
      return kind == Kind.shop ? new Shop() : new SensorFleet();
    }
    return switch (stream) {
      case "app-events" -> new Shop();
      case "sensor-readings" -> new SensorFleet();
      default ->
          throw CommandFailure.usage(
              "say what the events of " + stream + " are like: --kind shop or --kind sensor");
    };
  }

  private Span span() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (date == null) {
      return new Span(now.minus(RECENT), now);
    }
    Span day = Span.day(date);
    if (!day.start().isBefore(now)) {
      throw CommandFailure.usage("--date " + date + " has not come yet");
    }
    return day.end().isAfter(now) ? new Span(day.start(), now) : day;
  }
}
