package dev.sluice.ingest.sink;

import java.util.Collection;
import java.util.Comparator;
import java.util.function.BiConsumer;

/** How much a worker may hold that is not committed, over all its tables. */
final class HeldBound {

  private final SinkSettings settings;

  HeldBound(SinkSettings settings) {
    this.settings = settings;
  }

  /** Too much is held to wait any longer. */
  boolean full(Collection<TableTrack> tables) {
    long bytes = 0;
    long rows = 0;
    long pinned = 0;
    for (TableTrack table : tables) {
      bytes += table.held().bytes();
      rows += table.held().rows();
      pinned += table.held().pinnedBytes();
    }
    return bytes >= settings.intervalBytes().bytes()
        || rows >= settings.intervalRows()
        || pinned >= settings.memoryOfOne() / 2;
  }

  /**
   * Reading stands still until there is room: what is on its way is waited for, then the files that
   * hold most are written.
   */
  void keepWithinMemory(
      Collection<TableTrack> tables,
      Runnable awaitFlights,
      BiConsumer<TableTrack, RuntimeException> failed) {
    if (memory(tables) <= settings.memoryOfOne()) {
      return;
    }
    awaitFlights.run();
    while (memory(tables) > settings.memoryOfOne()) {
      TableTrack largest =
          tables.stream()
              .max(Comparator.comparingLong(table -> closable(table.held())))
              .orElseThrow();
      if (closable(largest.held()) == 0) {
        return;
      }
      try {
        largest.held().makeRoom();
      } catch (RuntimeException e) {
        failed.accept(largest, e);
      }
    }
  }

  private static long closable(Held held) {
    return held.memory() - held.pinnedBytes();
  }

  static long memory(Collection<TableTrack> tables) {
    long bytes = 0;
    for (TableTrack table : tables) {
      bytes += table.held().memory() + table.flight().map(Flight::memory).orElse(0L);
    }
    return bytes;
  }
}
