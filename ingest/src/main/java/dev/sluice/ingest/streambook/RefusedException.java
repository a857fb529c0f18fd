package dev.sluice.ingest.streambook;

import dev.sluice.ingest.definition.Violation;
import java.util.List;

/** A wish that is not granted, with what its sender is told. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final transient List<Violation> violations;

  RefusedException(int status, String type, String message) {
    this(status, type, message, List.of());
  }

  RefusedException(int status, String type, String message, List<Violation> violations) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.violations = List.copyOf(violations);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  List<Violation> violations() {
    return violations;
  }
}
