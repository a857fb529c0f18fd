package dev.sluice.ingest.door;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a door is fitted with.
 *
 * @param producer makes the way to the log; asked when the door opens, and closed with it
 * @param keys what senders may show
 * @param ids names for events that come without one
 * @param spool the directory for events the log does not take, where settings have them kept
 * @param rooms further routes served at the same place, behind the same guard
 * @param openRooms further routes that guard themselves
 * @param enrichment what is added to events before the log has them
 */
public record Fittings(
    Vertx vertx,
    Streams streams,
    Supplier<Producer<byte[], byte[]>> producer,
    Durability durability,
    WriteKeys keys,
    DaemonPages pages,
    MeterRegistry meters,
    InstantSource clock,
    Supplier<UUID> ids,
    Path spool,
    List<Consumer<Router>> rooms,
    List<OpenRoom> openRooms,
    Enrichment enrichment) {
  public Fittings {
    Objects.requireNonNull(vertx, "vertx");
    Objects.requireNonNull(streams, "streams");
    Objects.requireNonNull(producer, "producer");
    Objects.requireNonNull(durability, "durability");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(pages, "pages");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(spool, "spool");
    rooms = List.copyOf(rooms);
    openRooms = List.copyOf(openRooms);
    Objects.requireNonNull(enrichment, "enrichment");
  }

  /** Without rooms that guard themselves, and nothing added to events. */
  public Fittings(
      Vertx vertx,
      Streams streams,
      Supplier<Producer<byte[], byte[]>> producer,
      Durability durability,
      WriteKeys keys,
      DaemonPages pages,
      MeterRegistry meters,
      InstantSource clock,
      Supplier<UUID> ids,
      Path spool,
      List<Consumer<Router>> rooms) {
    this(
        vertx,
        streams,
        producer,
        durability,
        keys,
        pages,
        meters,
        clock,
        ids,
        spool,
        rooms,
        List.of(),
        Enrichment.none());
  }
}
