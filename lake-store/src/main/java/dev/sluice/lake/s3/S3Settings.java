package dev.sluice.lake.s3;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/** Where the S3 API listens (port 0: any free one) and how much it takes on at once. */
public record S3Settings(
    @Default("127.0.0.1") String host,
    @Default("9000") int port,
    @Default("16") int workers,
    @Default("512") int maxRequests,
    @Default("2m") Duration idleTimeout,
    @Default("2MiB") ByteSize maxDocument) {
  public S3Settings {
    new Binding(host, port);
    if (workers < 1 || maxRequests < 1) {
      throw new SettingsException("workers and max-requests must be at least 1");
    }
    if (idleTimeout.toSeconds() < 1) {
      throw new SettingsException("idle-timeout must be at least 1s");
    }
  }

  /** The defaults, on the given port of the loopback interface. */
  public static S3Settings on(int port) {
    return new S3Settings("127.0.0.1", port, 16, 512, Duration.ofMinutes(2), new ByteSize(2 << 20));
  }
}
