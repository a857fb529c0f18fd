package dev.sluice.ingest.deadletter;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A dead letter as the table has it.
 *
 * @param attempt how often it was decoded and refused
 * @param attempts the refusals in order, the letter's own reason last; of very many, the first and
 *     the latest
 */
record KeptLetter(DeadLetter letter, int attempt, List<Attempt> attempts) {

  /**
   * One refusal.
   *
   * @param at when; of the worker's first reading it is not known
   */
  record Attempt(Optional<Instant> at, String reason, String detail) {
    Attempt {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }

  KeptLetter {
    Objects.requireNonNull(letter, "letter");
    attempts = List.copyOf(attempts);
    if (attempt < 1 || attempts.isEmpty()) {
      throw new IllegalArgumentException("a letter was refused at least once");
    }
  }

  /** The bytes of the record's value. */
  long size() {
    return letter.value().map(bytes -> (long) bytes.remaining()).orElse(0L);
  }
}
