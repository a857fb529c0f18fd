package dev.sluice.ingest.intake;

import dev.sluice.ingest.avro.AvroWriter;
import dev.sluice.ingest.cloudevent.CloudEvents;
import dev.sluice.ingest.cloudevent.OpenedEvent;
import dev.sluice.ingest.cloudevent.Opening;
import dev.sluice.ingest.enrich.Circumstances;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.spool.SpooledEvent;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Position;
import dev.sluice.ingest.stream.Stream;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the log is to hold of an event: taken out of its envelope, checked, with the steps of its
 * stream taken, in the stream's format.
 */
final class Drafts {
  /** What became of an event's bytes. */
  sealed interface Draft {}

  /** It is one. */
  record Ready(SpooledEvent event) implements Draft {
    Ready {
      Objects.requireNonNull(event, "event");
    }
  }

  /** It is none of the stream's. */
  record Unfit(String reason, String detail, Optional<Position> position) implements Draft {
    Unfit {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
      Objects.requireNonNull(position, "position");
    }

    private static Unfit of(Decoded.Refused refused) {
      return new Unfit(refused.reason().wireName(), refused.detail(), refused.position());
    }

    /** Where its place would be one that its sender never saw. */
    private Unfit nowhere() {
      return new Unfit(reason, detail, Optional.empty());
    }

    EventResult.Refusal of(int index) {
      return new EventResult.Refusal(index, reason, detail, position);
    }
  }

  private final Finish finish;
  private final Enrichment enrichment;
  private final InstantSource clock;
  private final EventWriters writers = new EventWriters();

  Drafts(EventDecoder decoder, Enrichment enrichment, InstantSource clock, MeterRegistry meters) {
    this.enrichment = enrichment;
    this.clock = clock;
    this.finish = new Finish(decoder, enrichment, clock, meters);
  }

  /** Why no event of the stream can be taken here. */
  Optional<String> objection(Stream stream) {
    return writers.of(stream).isPresent()
        ? Optional.empty()
        : Optional.of(EventWriters.objection(stream));
  }

  /** Whether bytes that are no event of the stream may hold what its steps are to hide. */
  boolean hides(Stream stream) {
    return enrichment.touches(stream);
  }

  /** One of a body's events. */
  Draft of(Submission submission, byte[] body, Split.Slice slice) {
    if (submission.cloudEvents()) {
      return enclosed(submission, body, slice);
    }
    Finish.Finished finished =
        finish.of(
            submission.stream(), submission.circumstances(), body, slice.start(), slice.length());
    if (finished.decoded() instanceof Decoded.Refused refused) {
      return Unfit.of(refused.after(slice.linesBefore(), slice.columnsBefore(), slice.start()));
    }
    return written(submission.stream(), finished, Map.of());
  }

  /** An event that came by itself, of a sender nothing is known of. */
  Draft of(Stream stream, byte[] event) {
    Finish.Finished finished = finish.of(stream, Circumstances.UNKNOWN, event, 0, event.length);
    if (finished.decoded() instanceof Decoded.Refused refused) {
      return Unfit.of(refused);
    }
    return written(stream, finished, Map.of());
  }

  private Draft enclosed(Submission submission, byte[] body, Split.Slice slice) {
    Opening opening =
        submission
            .context()
            .map(context -> CloudEvents.binary(context, body))
            .orElseGet(() -> CloudEvents.structured(body, slice.start(), slice.length()));
    if (opening instanceof Opening.Wrong wrong) {
      return new Unfit(wrong.reason(), wrong.detail(), Optional.empty());
    }
    OpenedEvent opened = (OpenedEvent) opening;
    Stream stream = submission.stream();
    byte[] event = opened.event(stream);
    Finish.Finished finished =
        finish.of(stream, submission.circumstances(), event, 0, event.length);
    if (finished.decoded() instanceof Decoded.Refused refused) {
      return Unfit.of(refused).nowhere();
    }
    // What a step hides in the event must not stand beside it.
    Map<String, String> headers =
        hides(stream) ? opened.context().anonymousHeaders() : opened.context().kafkaHeaders();
    return written(stream, finished, headers);
  }

  private Draft written(Stream stream, Finish.Finished finished, Map<String, String> headers) {
    Decoded.Event event = (Decoded.Event) finished.decoded();
    Optional<EventWriters.Writing> writing = writers.of(stream);
    if (writing.isEmpty()) {
      return new Unfit(EventResult.UNAVAILABLE, EventWriters.objection(stream), Optional.empty());
    }
    AvroWriter.Written written = writing.get().of(event, finished.value());
    return written instanceof AvroWriter.NotWritten not
        ? Unfit.of(not.why())
        : new Ready(
            new SpooledEvent(
                stream.topic(),
                clock.millis(),
                event.key(),
                headers,
                ByteBuffer.wrap(((AvroWriter.Value) written).bytes())));
  }
}
