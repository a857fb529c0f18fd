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
   *
   * <p>Signals are taken before the Java machine begins to end, not in a shutdown hook: hooks run
   * side by side, and that of a library would close the threads our services still drain with.
   */
  static void serve(Lifecycle services, Announcement ready, Runnable stopped) throws Exception {
    // In place before anything runs: told to end while it starts, it starts, then stops in order.
    CountDownLatch told = new CountDownLatch(1);
    Signals.on(told::countDown);
    try {
      services.start();
      ready.make();
    } catch (Exception | LinkageError failure) {
      services.close();
      throw told(failure);
    }
    told.await();
    services.close();
    stopped.run();
    Runtime.getRuntime().halt(0);
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

  /** What is done once everything runs. */
  interface Announcement {
    void make() throws Exception;
  }
}
