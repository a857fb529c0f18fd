package dev.sluice.lake.s3;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the S3 API listens (port 0: any free one) and how much it takes on at once.
 *
 * @param endpoint where clients are told to find it, the catalog's own files among them; without
 *     it, {@code http://HOST:PORT}
 * @param domains names of this server: a request to {@code BUCKET.DOMAIN} is about that bucket
 * @param idleTimeout how long a connection may go without a whole request
 * @param patience over how long a client's pace is measured
 * @param minRate the bytes a second at which a client must send a body or read an answer
 */
public record S3Settings(
    @Default("127.0.0.1") String host,
    @Default("9000") int port,
    Optional<URI> endpoint,
    @Default("16") int workers,
    @Default("512") int maxRequests,
    @Default("2m") Duration idleTimeout,
    @Default("2MiB") ByteSize maxDocument,
    @Default("localhost") List<String> domains,
    @Default("4096") int maxConnections,
    @Default("20s") Duration patience,
    @Default("1KiB") ByteSize minRate) {
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");
  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");

  public S3Settings {
    new Binding(host, port);
    if (WILDCARDS.contains(host) && endpoint.isEmpty()) {
      throw new SettingsException(
          "host "
              + host
              + " is no address to tell clients: set s3.endpoint to the one they reach, such as"
              + " http://lake.internal:9000");
    }
    if (endpoint.isPresent() && endpoint.get().getHost() == null) {
      throw new SettingsException(
          "endpoint is '" + endpoint.get() + "', but must be like http://lake.internal:9000");
    }
    domains = List.copyOf(domains);
    for (String each : domains) {
      if (!DOMAIN.matcher(each).matches()) {
        throw new SettingsException(
            "domains has '" + each + "', but a domain is a name such as lake.internal");
      }
    }
    if (workers < 1 || maxRequests < 1 || maxConnections < 1) {
      throw new SettingsException("workers, max-requests and max-connections must be at least 1");
    }
    if (patience.toMillis() < 1 || minRate.bytes() < 1) {
      throw new SettingsException("patience must be at least 1ms and min-rate at least 1 byte");
    }
    if (idleTimeout.toSeconds() < 1) {
      throw new SettingsException("idle-timeout must be at least 1s");
    }
  }

  /** The defaults, on the given port of the loopback interface. */
  public static S3Settings on(int port) {
    return new S3Settings(
        "127.0.0.1",
        port,
        Optional.empty(),
        16,
        512,
        Duration.ofMinutes(2),
        new ByteSize(2 << 20),
        List.of("localhost"),
        4096,
        Duration.ofSeconds(20),
        new ByteSize(1024));
  }
}
