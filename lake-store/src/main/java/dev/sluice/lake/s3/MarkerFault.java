package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;

/** A request refused because it met a delete marker, which the answer's headers name. */
final class MarkerFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final AwsFault fault;
  private final String markerId;

  MarkerFault(AwsFault fault, String markerId) {
    super(fault.getMessage(), null, false, false);
    this.fault = fault;
    this.markerId = markerId;
  }

  AwsFault fault() {
    return fault;
  }

  String markerId() {
    return markerId;
  }
}
