package dev.sluice.ingest.sink;

import java.util.Set;

/**
 * Where one table of a stream stands with a shard.
 *
 * @param next the offset it needs next
 * @param ahead the offsets of its rows that lie beyond where the shard is read from, for another
 *     table of the stream does not have them yet
 */
record Standpoint(long next, Set<Long> ahead) {
  Standpoint {
    ahead = Set.copyOf(ahead);
  }
}
