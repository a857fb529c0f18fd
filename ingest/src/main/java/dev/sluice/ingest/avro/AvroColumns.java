package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.SchemaUnavailableException;
import dev.sluice.ingest.stream.Stream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a stream's Avro events. In front of each is the name of its schema, in one of two headers:
 * Confluent's wire format, or the single-object encoding of Avro's specification; their first bytes
 * tell them apart.
 */
final class AvroColumns implements ColumnDecoder {

  private static final int ID_HEADER = 1 + Integer.BYTES;
  private static final int FINGERPRINT_HEADER = 2 + Long.BYTES;
  private static final VarHandle IDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle FINGERPRINTS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Plans kept; senders of one stream write with few schemas at a time. */
  private static final int PLANS = 100;

  private final Stream stream;
  private final DecodeLimits limits;
  private final SchemaSource schemas;
  private final Reading reading;
  private final Map<SchemaName, Plan> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SchemaName, Plan> eldest) {
          return size() > PLANS;
        }
      };

  // Most events have the schema of the one before.
  private SchemaName.Kind lastKind = SchemaName.Kind.ID;
  private long lastValue;
  private Optional<Plan> last = Optional.empty();

  AvroColumns(Stream stream, DecodeLimits limits, SchemaSource schemas) {
    this.stream = stream;
    this.limits = limits;
    this.schemas = schemas;
    AvroInput in = new AvroInput();
    Texts texts = new Texts(limits.eventBytes());
    this.reading =
        new Reading(in, new EventColumns(stream), texts, new AvroText(in, texts, limits.depth()));
  }

  @Override
  public Optional<Decoded.Refused> read(byte[] event) {
    try {
      if (event.length > limits.eventBytes()) {
        throw new RefusedEventException(
            RefusalReason.TOO_LARGE,
            "the event has " + event.length + " bytes; " + limits.eventBytes() + " is the most");
      }
      Plan plan = plan(event);
      plan.read(reading);
      return Optional.empty();
    } catch (RefusedEventException e) {
      return Optional.of(e.refused());
    }
  }

  private Plan plan(byte[] event) throws RefusedEventException {
    if (event.length >= ID_HEADER && event[0] == 0) {
      reading.in().begin(event, ID_HEADER);
      return plan(SchemaName.Kind.ID, (int) IDS.get(event, 1));
    }
    if (event.length >= FINGERPRINT_HEADER && event[0] == (byte) 0xc3 && event[1] == 1) {
      reading.in().begin(event, FINGERPRINT_HEADER);
      return plan(SchemaName.Kind.FINGERPRINT, (long) FINGERPRINTS.get(event, 2));
    }
    throw new RefusedEventException(
        RefusalReason.MALFORMED_AVRO,
        "no schema's name is in front: neither 00 and an id nor c3 01 and a fingerprint");
  }

  private Plan plan(SchemaName.Kind kind, long value) throws RefusedEventException {
    if (last.isPresent() && lastKind == kind && lastValue == value) {
      return last.get();
    }
    SchemaName name = new SchemaName(kind, value);
    Plan plan = plans.get(name);
    if (plan == null) {
      plan = made(name);
      plans.put(name, plan);
    }
    last = Optional.of(plan);
    lastKind = kind;
    lastValue = value;
    return plan;
  }

  private Plan made(SchemaName name) throws RefusedEventException {
    SchemaAnswer answer = schemas.find(name);
    if (answer instanceof SchemaAnswer.Found found) {
      return Plan.of(found.schema(), stream, limits);
    }
    if (answer instanceof SchemaAnswer.Unknown unknown) {
      throw new RefusedEventException(RefusalReason.UNKNOWN_SCHEMA, unknown.why());
    }
    throw new SchemaUnavailableException(((SchemaAnswer.Unavailable) answer).why());
  }

  @Override
  public EventColumns columns() {
    return reading.columns();
  }
}
