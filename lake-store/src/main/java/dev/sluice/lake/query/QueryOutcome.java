package dev.sluice.lake.query;

/** What came of a query. */
public sealed interface QueryOutcome {
  /** It was answered, with so many rows. */
  record Answered(long rows) implements QueryOutcome {}

  /** It was refused, and why in a line or two. */
  record Refused(Reason reason, String message) implements QueryOutcome {}

  /** Why queries are refused, with the HTTP status that says so. */
  enum Reason {
    SQL_ERROR(400),
    NOT_ALLOWED(400),
    NO_SUCH_TABLE(404),
    TIMED_OUT(408),
    CANCELLED(409),
    UNSUPPORTED(501),
    UNREADABLE(500);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }

    /** The reason in the shape of the error model's types. */
    public String type() {
      return switch (this) {
        case SQL_ERROR -> "SqlException";
        case NOT_ALLOWED -> "ForbiddenSqlException";
        case NO_SUCH_TABLE -> "NoSuchTableException";
        case TIMED_OUT -> "QueryTimeoutException";
        case CANCELLED -> "QueryCancelledException";
        case UNSUPPORTED -> "UnsupportedOperationException";
        case UNREADABLE -> "InternalServerError";
      };
    }
  }
}
