package dev.sluice.lake.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Where the body of a streamed answer is written to. It keeps a bounded piece and blocks while the
 * reader is slow; it throws {@link ClientGoneException} once nobody reads.
 */
public abstract class Outlet extends OutputStream {
  /** Whether something has left, so that it is too late for another status. */
  public abstract boolean begun();

  /** How long writing has waited for the reader until now, the present wait included. */
  public abstract long waitedNanos();

  /** Runs it when nobody waits for the answer any more, or at once; it must not block. */
  public abstract void whenGone(Runnable action);

  @Override
  public final void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }
}
