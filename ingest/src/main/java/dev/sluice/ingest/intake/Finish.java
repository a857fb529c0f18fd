package dev.sluice.ingest.intake;

import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.enrich.Enrichment.Extent;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.RefusalReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * What goes to the log of one event: its bytes as sent, or, where its stream is enriched, those
 * with all steps taken. What is refused is told of the bytes as sent: those its sender knows.
 */
final class Finish {
  private final EventDecoder decoder;
  private final Enrichment enrichment;
  private final InstantSource clock;
  private final MeterRegistry meters;

  Finish(EventDecoder decoder, Enrichment enrichment, InstantSource clock, MeterRegistry meters) {
    this.decoder = decoder;
    this.enrichment = enrichment;
    this.clock = clock;
    this.meters = meters;
  }

  /** What an event was found to be, and its bytes; not a record: those are for values. */
  static final class Finished {
    private final Decoded decoded;
    private final byte[] value;

    private Finished(Decoded decoded, byte[] value) {
      this.decoded = decoded;
      this.value = value;
    }

    Decoded decoded() {
      return decoded;
    }

    byte[] value() {
      return value;
    }
  }

  Finished of(Submission submission, byte[] body, int start, int length) {
    Decoded sent = decoder.decode(submission.stream(), body, start, length);
    Optional<Enrichment.StreamSteps> steps = enrichment.of(submission.stream(), meters);
    byte[] value =
        sent instanceof Decoded.Event || steps.isPresent()
            ? Arrays.copyOfRange(body, start, start + length)
            : new byte[0];
    if (steps.isEmpty() || !open(sent)) {
      return new Finished(sent, value);
    }
    Decoded.Refused last = tooLarge();
    for (Extent extent : Extent.values()) {
      Optional<byte[]> more =
          steps.get().take(value, clock.instant(), submission.circumstances(), extent);
      Decoded found =
          more.map(bytes -> decoder.decode(submission.stream(), bytes)).orElseGet(Finish::tooLarge);
      if (found instanceof Decoded.Event) {
        return new Finished(found, more.orElseThrow());
      }
      if (extent == Extent.ALL) {
        last = (Decoded.Refused) found;
      }
    }
    boolean missing = last.reason() == RefusalReason.MISSING_FIELD;
    return new Finished(missing ? last : tooLarge(), value);
  }

  /** Whether it may yet be an event: a step may fill a field that it must have. */
  private static boolean open(Decoded sent) {
    return sent instanceof Decoded.Event
        || (sent instanceof Decoded.Refused refused
            && refused.reason() == RefusalReason.MISSING_FIELD);
  }

  /** It is not stored as it came: it has what the steps were to hide. */
  private static Decoded.Refused tooLarge() {
    return new Decoded.Refused(
        RefusalReason.TOO_LARGE,
        "with its pseudonyms, or for a number of over 1000 digits, the event is too large",
        Optional.empty());
  }
}
