package dev.sluice.lake.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * An answer of status 200 whose body is written while it is made, on the worker that took the call.
 * A short one leaves whole, with its length. What fails before anything has left becomes the
 * refusal's own status; what fails later ends the connection in the middle of the body, so that no
 * client takes a part for the whole.
 *
 * @param headers also on a refusal
 * @param stall how long a reader may take nothing before it is hung up on
 */
public record Streamed(
    String contentType, Map<String, String> headers, Duration stall, Script script)
    implements Answer {

  /** Writes the body. */
  @FunctionalInterface
  public interface Script {
    /** Writes the whole body; does not close the outlet. */
    void write(Outlet out) throws IOException, RefusedCallException;
  }

  public Streamed {
    headers = Map.copyOf(headers);
  }
}
