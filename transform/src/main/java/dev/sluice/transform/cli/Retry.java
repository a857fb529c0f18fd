package dev.sluice.transform.cli;

import dev.sluice.transform.report.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run is asked for when it is tried again. Words of this call come last, for of a word that
 * is there twice the last counts.
 *
 * @param booked the run as this data directory's book has it, if it was started from here
 */
record Retry(String run, Optional<RunRecord> booked) {
  private static final String PROJECT = "--project";

  /** Whether it never ended, so that the ledger need not know all that it was to make. */
  boolean killed() {
    return booked.filter(known -> known.status() == RunRecord.Status.RUNNING).isPresent();
  }

  boolean wroteRows() {
    return booked.filter(known -> !known.written().isEmpty()).isPresent();
  }

  /** All that it was asked for, once more. */
  List<String> asBooked(List<String> said) {
    List<String> words = new ArrayList<>(booked.map(RunRecord::words).orElse(List.of()));
    words.addAll(said);
    return List.copyOf(words);
  }

  /** What the ledger says it left unmade, by the jobs of the same project. */
  List<String> ofUnmade(List<String> said) {
    List<String> words = new ArrayList<>(List.of("--retry", run));
    List<String> before = booked.map(RunRecord::words).orElse(List.of());
    int at = before.lastIndexOf(PROJECT);
    if (at >= 0 && at + 1 < before.size()) {
      words.addAll(before.subList(at, at + 2));
    }
    words.addAll(said);
    return List.copyOf(words);
  }
}
