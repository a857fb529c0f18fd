package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;

/** Ends a query with a refusal; it does not leave the package. */
final class RefusedQueryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  RefusedQueryException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  QueryOutcome.Refused outcome() {
    return new QueryOutcome.Refused(reason, getMessage());
  }
}
