package dev.sluice.infra.local;

import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.ingest.door.DoorException;
import dev.sluice.ingest.log.LogException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/** A process that serves until it is told to end, and then stops in order. */
final class UntilTold {
  private UntilTold() {}

  /**
   * Starts the services, says so, and waits. SIGTERM and Ctrl-C stop the services, run {@code
   * stopped} and end the process with 0: an asked-for stop is a success, where the Java machine
   * alone would say 143.
   */
  static void serve(Lifecycle services, Announcement ready, Runnable stopped) throws Exception {
    // In place before anything runs: told to end while it starts, it starts, then stops in order.
    Thread stop =
        new Thread(
            () -> {
              services.close();
              stopped.run();
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      services.start();
      ready.make();
    } catch (Exception | LinkageError failure) {
      // A class that is first used now may want a shutdown hook of its own, and cannot have one.
      if (!ending(stop)) {
        services.close();
        throw told(failure);
      }
    }
    new CountDownLatch(1).await();
  }

  /** A log that is not there or a port that is taken is no bug: one line tells it better. */
  private static Exception told(Throwable failure) {
    if (failure instanceof ExecutionException wrapped
        && wrapped.getCause() instanceof IOException cause) {
      return told(cause);
    }
    if (failure instanceof LogException
        || failure instanceof DoorException
        || failure instanceof IOException) {
      return CommandFailure.failed(failure.getMessage());
    }
    return failure instanceof Exception exception ? exception : new IllegalStateException(failure);
  }

  /** A hook can be taken back until the process is told to end. */
  private static boolean ending(Thread stop) {
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
      return false;
    } catch (IllegalStateException begun) {
      return true;
    }
  }

  /** What is done once everything runs. */
  interface Announcement {
    void make() throws Exception;
  }
}
