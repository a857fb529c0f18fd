package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.ObjectVersion;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The conditions of a read (RFC 9110, 13.2.2), under the names a request gives them. */
final class Preconditions {
  /** What they come to. */
  enum Outcome {
    GO_ON,
    NOT_MODIFIED,
    FAILED
  }

  private Preconditions() {}

  static Outcome ofRead(S3Request request, String prefix, ObjectVersion version) {
    Instant modified = version.modified().truncatedTo(ChronoUnit.SECONDS);
    List<String> match = request.etags(prefix + "if-match");
    if (!match.isEmpty()) {
      if (!Condition.matches(match, version.etag())) {
        return Outcome.FAILED;
      }
    } else if (date(request, prefix + "if-unmodified-since")
        .filter(modified::isAfter)
        .isPresent()) {
      return Outcome.FAILED;
    }
    List<String> noneMatch = request.etags(prefix + "if-none-match");
    if (!noneMatch.isEmpty()) {
      return Condition.matches(noneMatch, version.etag()) ? Outcome.NOT_MODIFIED : Outcome.GO_ON;
    }
    Optional<Instant> since = date(request, prefix + "if-modified-since");
    return since.isPresent() && !modified.isAfter(since.get())
        ? Outcome.NOT_MODIFIED
        : Outcome.GO_ON;
  }

  private static Optional<Instant> date(S3Request request, String header) {
    return request.header(header).flatMap(Answers::parseHttpDate);
  }

  static Condition ofWrite(S3Request request) {
    return new Condition(request.etags("if-match"), request.etags("if-none-match"));
  }

  static AwsFault failed() {
    return new AwsFault(
        412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  }
}
