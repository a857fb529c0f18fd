package dev.sluice.awswire;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes bytes in order; the buffer is the caller's again after the call. */
@FunctionalInterface
public interface ByteSink {
  void accept(ByteBuffer bytes) throws IOException;
}
