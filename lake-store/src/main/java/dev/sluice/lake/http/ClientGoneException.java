package dev.sluice.lake.http;

import java.io.IOException;

/** Nobody reads the answer any more. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGoneException(String message) {
    super(message);
  }
}
