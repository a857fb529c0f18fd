package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;

/** One AWS service. Runs on a worker thread: it may block. */
public interface CloudHandler {
  /** The answer, or an {@link AwsFault} that {@link #refuse} shapes. */
  CloudReply answer(CloudCall call);

  /** A refusal in the service's own shape; also of requests that never came to {@link #answer}. */
  CloudReply refuse(AwsFault fault, String requestId);
}
