package dev.sluice.ingest.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which small files of a table to make one file of. Files are put together by like size, so that a
 * row is written again only when what it lies in grows by {@link #FAN_IN} or so: some dozens of
 * files of each size stand in an open partition, and the large ones are never touched again. In a
 * partition that gets no more rows, all that is small is put together.
 */
final class SmallFiles {

  /** So many of like size make one of the next. */
  static final int FAN_IN = 16;

  /** Sizes within a factor of eight are alike. */
  private static final int BITS_PER_TIER = 3;

  /**
   * A file that may be merged.
   *
   * @param partition files of one partition have equal ones
   * @param open whether the partition still gets rows
   */
  record Candidate(String location, Object partition, Openness open, long bytes) {}

  /** Whether rows still come. */
  enum Openness {
    OPEN,
    CLOSED
  }

  private SmallFiles() {}

  /** The files to make one of, from the partition that needs it most; at least two. */
  static Optional<List<Candidate>> choose(List<Candidate> files, long targetBytes) {
    Map<Object, List<Candidate>> partitions = new HashMap<>();
    for (Candidate file : files) {
      if (file.bytes() < targetBytes / 2) {
        partitions.computeIfAbsent(file.partition(), key -> new ArrayList<>()).add(file);
      }
    }
    return partitions.values().stream()
        .map(small -> ofPartition(small, targetBytes))
        .flatMap(Optional::stream)
        .max(Comparator.comparingInt(List::size));
  }

  private static Optional<List<Candidate>> ofPartition(List<Candidate> small, long targetBytes) {
    if (small.get(0).open() == Openness.CLOSED) {
      return fitting(small, targetBytes, 2);
    }
    Map<Integer, List<Candidate>> tiers = new HashMap<>();
    for (Candidate file : small) {
      int tier = (Long.SIZE - Long.numberOfLeadingZeros(file.bytes())) / BITS_PER_TIER;
      tiers.computeIfAbsent(tier, key -> new ArrayList<>()).add(file);
    }
    return tiers.values().stream()
        .map(alike -> fitting(alike, targetBytes, FAN_IN))
        .flatMap(Optional::stream)
        .max(Comparator.comparingInt(List::size));
  }

  /** The smallest of them, as many as one file of the target's size takes. */
  private static Optional<List<Candidate>> fitting(
      List<Candidate> files, long targetBytes, int atLeast) {
    if (files.size() < atLeast) {
      return Optional.empty();
    }
    List<Candidate> chosen = new ArrayList<>();
    long bytes = 0;
    for (Candidate file :
        files.stream().sorted(Comparator.comparingLong(Candidate::bytes)).toList()) {
      if (chosen.size() >= 2 && bytes + file.bytes() > targetBytes) {
        break;
      }
      chosen.add(file);
      bytes += file.bytes();
    }
    return Optional.of(List.copyOf(chosen));
  }
}
