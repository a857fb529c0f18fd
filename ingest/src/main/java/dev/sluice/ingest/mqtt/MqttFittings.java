package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * What the room is fitted with.
 *
 * @param producer makes the way to the log; asked at the start, and closed with the room
 * @param ids names for clients that bring none
 * @param enrichment what is done to events before the log has them
 */
public record MqttFittings(
    Vertx vertx,
    Streams streams,
    Supplier<Producer<byte[], byte[]>> producer,
    WriteKeys keys,
    MeterRegistry meters,
    InstantSource clock,
    Supplier<UUID> ids,
    Enrichment enrichment) {
  public MqttFittings {
    Objects.requireNonNull(vertx, "vertx");
    Objects.requireNonNull(streams, "streams");
    Objects.requireNonNull(producer, "producer");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(enrichment, "enrichment");
  }
}
