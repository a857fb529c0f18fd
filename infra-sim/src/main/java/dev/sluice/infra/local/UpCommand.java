package dev.sluice.infra.local;

import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.daemon.endpoint.Endpoints.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sluice up}: the whole pipeline on this machine. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "The whole pipeline on this machine, until Ctrl-C or ./sluice down.",
      "Prints where everything is, and writes it to DIR/endpoints.json when it is ready."
    })
final class UpCommand implements Callable<Integer> {
  @Mixin private DataOption data = new DataOption();
  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--ports",
      paramLabel = "default|auto",
      defaultValue = "default",
      description = "the usual ports, or any free ones (default: ${DEFAULT-VALUE})")
  private Ports.Choice ports = Ports.Choice.DEFAULT;

  @Override
  public Integer call() throws Exception {
    long begin = System.nanoTime();
    DataDirectory directory = DataDirectory.hold(data.directory());
    Path path = directory.path();
    Endpoints.clear(path);
    LogFile.open(path.resolve("sluice.log"));
    Credentials credentials = CredentialFile.readOrMake(path);
    PipelineSettings settings =
        PipelineSettings.read(
            config.file(), System.getenv(), path, Ports.choose(ports), credentials);
    Up up = new Up(settings, path, credentials);
    UntilTold.serve(
        up.services(),
        () -> {
          up.endpoints().write(path);
          announce(up.endpoints(), (System.nanoTime() - begin) / 1e9);
        },
        () -> leave(directory));
    return 0;
  }

  private void announce(Endpoints endpoints, double seconds) {
    System.out.printf(Locale.ROOT, "%s (%.1f s)%n%n", PipelineProcess.READY, seconds);
    line("console", endpoints.console());
    line("front door", endpoints.door());
    endpoints.mqtt().ifPresent(mqtt -> line("MQTT", mqtt));
    line("Kafka", endpoints.kafka());
    line("S3", endpoints.s3());
    line("Iceberg catalog", endpoints.catalog());
    endpoints.cloud().ifPresent(cloud -> line("cloud (EC2)", cloud));
    System.out.printf(
        "%nKeys are in %s, the log is %s.%nStop with Ctrl-C, or: ./sluice down%s%n",
        data.directory().resolve("endpoints.json"),
        data.directory().resolve("sluice.log"),
        data.directory().equals(Path.of(".sluice")) ? "" : " --data " + data.directory());
    System.out.flush();
  }

  private static void line(String name, Object address) {
    System.out.printf("  %-16s %s%n", name, address);
  }

  private static void leave(DataDirectory directory) {
    try {
      Endpoints.clear(directory.path());
      directory.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
