package dev.sluice.ingest.door;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.intake.IntakeLimits;
import dev.sluice.ingest.key.KeySettings;
import dev.sluice.ingest.key.LockoutSettings;
import dev.sluice.ingest.key.WriteKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the door is and what it lets through.
 *
 * @param host the address it listens on; beyond loopback only with a write key
 * @param port the port; 0 picks a free one
 * @param writeKey what senders must show; without it the composition root makes one
 * @param keys further keys by name, each for some streams and with limits of its own
 * @param lockout what happens to an address that shows wrong keys
 * @param idempotency what is remembered of requests with a key of their own
 * @param origins web origins whose pages may send from browsers, as {@code https://shop.example};
 *     {@code *}: all
 * @param spool bytes on the local disk for events the log does not take; 0: none, they are refused
 * @param maxBody the longest body of a request, as sent and inflated
 * @param maxEvent the longest event
 * @param maxEvents the most events in a request
 * @param senders threads that check events and hand them to the log
 * @param queue requests that may wait for a sender; one more is answered 503. Their bytes have a
 *     bound of their own, so it is as many as there are connections
 * @param maxWaitingBytes bytes of all bodies being read or waiting; more is answered 503
 * @param maxConnections connections at a time; one more is closed
 * @param bodyPatience the longest a body may take to arrive
 * @param headerPatience the longest a connection may take until its next request's headers are here
 * @param answerPatience the longest the log may take to answer
 * @param drainPatience the longest a stop waits for requests under way
 */
public record DoorSettings(
    @Default("127.0.0.1") String host,
    @Default("8080") int port,
    Optional<Secret> writeKey,
    Map<String, KeySettings> keys,
    LockoutSettings lockout,
    IdempotencySettings idempotency,
    List<String> origins,
    @Default("0") ByteSize spool,
    @Default("16MiB") ByteSize maxBody,
    @Default("1MiB") ByteSize maxEvent,
    @Default("50000") int maxEvents,
    @Default("2") int senders,
    @Default("1000") int queue,
    @Default("128MiB") ByteSize maxWaitingBytes,
    @Default("1000") int maxConnections,
    @Default("30s") Duration bodyPatience,
    @Default("60s") Duration headerPatience,
    @Default("20s") Duration answerPatience,
    @Default("30s") Duration drainPatience) {

  private static final Pattern ORIGIN =
      Pattern.compile(
          "\\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:]+](:[0-9]{1,5})?");

  private static final long LARGEST_BODY = 256L << 20;

  public DoorSettings {
    Objects.requireNonNull(writeKey, "writeKey");
    keys = Map.copyOf(keys);
    Objects.requireNonNull(lockout, "lockout");
    origins = List.copyOf(origins);
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new SettingsException(
            "origins has '" + origin + "'; an origin is like https://shop.example, or *");
      }
    }
    Objects.requireNonNull(idempotency, "idempotency");
    Objects.requireNonNull(spool, "spool");
    new Binding(host, port).requireCredential(writeKey, "door.write-key");
    WriteKeys.require(writeKey, keys);
    if (maxBody.bytes() < 1 || maxBody.bytes() > LARGEST_BODY) {
      throw new SettingsException("max-body must be between 1 byte and 256MiB");
    }
    if (maxEvent.bytes() < 2 || maxEvent.bytes() > maxBody.bytes()) {
      throw new SettingsException("max-event must be between 2 bytes and max-body");
    }
    if (maxEvents < 1 || senders < 1 || queue < 1 || maxConnections < 1) {
      throw new SettingsException(
          "max-events, senders, queue and max-connections must be at least 1");
    }
    if (maxWaitingBytes.bytes() < maxBody.bytes()) {
      throw new SettingsException("max-waiting-bytes must leave room for one max-body");
    }
    requirePositive("body-patience", bodyPatience);
    requirePositive("header-patience", headerPatience);
    requirePositive("answer-patience", answerPatience);
    requirePositive("drain-patience", drainPatience);
  }

  /** What of it is for the events themselves; a connection has one request under way. */
  IntakeLimits intake() {
    return new IntakeLimits(
        maxBody, maxEvent, maxEvents, senders, queue, maxConnections, answerPatience);
  }

  Binding binding() {
    return new Binding(host, port);
  }

  private static void requirePositive(String key, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new SettingsException(key + " must be positive");
    }
  }
}
