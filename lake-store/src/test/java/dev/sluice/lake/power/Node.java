package dev.sluice.lake.power;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file or a directory by its number, as in a file system: what was done to it, and when it was
 * synced. A moment is the index of a call in the recording; what was there before is of moment -1.
 */
abstract sealed class Node {
  /** A sync that went well: what was done before it began is on disk once it is done. */
  private record Sync(int begun, int done) {}

  private final List<Sync> syncs = new ArrayList<>();

  /** The sync begun then is done. */
  void synced(int begun, int done) {
    syncs.add(new Sync(begun, done));
  }

  /** All that was done before the answer is certainly on disk at the moment. */
  final int durable(int moment) {
    int durable = 0;
    for (Sync each : syncs) {
      if (each.done() < moment) {
        durable = Math.max(durable, each.begun());
      }
    }
    return durable;
  }

  /** A file, by its changes. */
  static final class File extends Node {
    /**
     * At the moment, bytes were written at the offset; or, where there are none, the file was given
     * the length.
     */
    record Change(int moment, long offset, Optional<ByteBuffer> bytes) {
      long end() {
        return offset + bytes.map(ByteBuffer::remaining).orElse(0);
      }
    }

    private final List<Change> changes = new ArrayList<>();
    private final Set<Integer> lost = new HashSet<>();
    private long length;

    void wrote(int moment, long offset, ByteBuffer bytes) {
      changes.add(new Change(moment, offset, Optional.of(bytes)));
      length = Math.max(length, offset + bytes.remaining());
    }

    void resized(int moment, long to) {
      changes.add(new Change(moment, to, Optional.empty()));
      length = to;
    }

    long length() {
      return length;
    }

    /** A sync failed: Linux then takes the pages as written, and no later sync tries them again. */
    void failed(int begun) {
      int before = durable(begun);
      changes.stream()
          .map(Change::moment)
          .filter(each -> each >= before && each < begun)
          .forEach(lost::add);
    }

    /** The changes made before the moment, in two: whether they are on disk for certain. */
    Map<Boolean, List<Change>> certain(int moment) {
      int durable = durable(moment);
      return changes.stream()
          .takeWhile(each -> each.moment() < moment)
          .collect(
              Collectors.partitioningBy(
                  each -> each.moment() < durable && !lost.contains(each.moment())));
    }
  }

  /** A directory, by the changes of its entries. */
  static final class Directory extends Node {
    /**
     * At the moment, the name came to mean the node, or nothing. An entry that went away by a move
     * knows the entry that came of it.
     */
    record Entry(
        int moment, Directory directory, String name, Optional<Node> node, Optional<Entry> cause) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Node> now = new HashMap<>();

    Entry named(int moment, String name, Node node) {
      now.put(name, node);
      return add(new Entry(moment, this, name, Optional.of(node), Optional.empty()));
    }

    Entry unnamed(int moment, String name, Optional<Entry> cause) {
      now.remove(name);
      return add(new Entry(moment, this, name, Optional.empty(), cause));
    }

    private Entry add(Entry entry) {
      entries.add(entry);
      return entry;
    }

    Optional<Node> now(String name) {
      return Optional.ofNullable(now.get(name));
    }

    List<Entry> entries() {
      return entries;
    }
  }
}
