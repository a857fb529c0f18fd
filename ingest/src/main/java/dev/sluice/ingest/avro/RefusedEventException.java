package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.RefusalReason;
import java.util.Optional;

/** Ends a reading. It never leaves the package and costs no stack trace. */
final class RefusedEventException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Decoded.Refused refused;

  RefusedEventException(RefusalReason reason, String detail) {
    super(detail, null, false, false);
    this.refused = new Decoded.Refused(reason, detail, Optional.empty());
  }

  static RefusedEventException malformed(String detail, int at) {
    return new RefusedEventException(RefusalReason.MALFORMED_AVRO, detail + " at byte " + at);
  }

  Decoded.Refused refused() {
    return refused;
  }
}
