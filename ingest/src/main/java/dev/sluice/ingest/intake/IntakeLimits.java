package dev.sluice.ingest.intake;

import dev.sluice.daemon.ByteSize;
import java.time.Duration;
import java.util.Objects;

/**
 * What the intake takes at a time.
 *
 * @param maxBody the longest body, as sent and inflated
 * @param maxEvent the longest event
 * @param maxEvents the most events in a body
 * @param senders threads that check events and hand them to the log
 * @param queue bodies that may wait for a sender
 * @param maxUnderWay the most bodies that are under way at a time
 * @param answerPatience the longest the log may take to answer
 */
public record IntakeLimits(
    ByteSize maxBody,
    ByteSize maxEvent,
    int maxEvents,
    int senders,
    int queue,
    int maxUnderWay,
    Duration answerPatience) {
  public IntakeLimits {
    Objects.requireNonNull(maxBody, "maxBody");
    Objects.requireNonNull(maxEvent, "maxEvent");
    Objects.requireNonNull(answerPatience, "answerPatience");
  }
}
