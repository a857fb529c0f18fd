package dev.sluice.ingest.streambook;

import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All versions of all streams that the journal has, and the streams they make together with those
 * that were there before it. Of two versions of one number the first in the journal holds.
 *
 * <p>Where two declarations stand beside each other, the settings' wins over the journal's, and the
 * journal's over the shipped one.
 */
final class Editions {
  private final Streams shipped;
  private List<Stream> fixed;
  private final Map<String, List<StreamVersion>> versions = new TreeMap<>();
  private final List<String> conflicts = new ArrayList<>();
  private volatile Streams current;

  Editions(Streams shipped, List<Stream> fixed) {
    this.shipped = shipped;
    this.fixed = List.copyOf(fixed);
    this.current = shipped.with(fixed);
  }

  /** Takes these in the place of the settings' streams, of which they say more. */
  synchronized void fix(List<Stream> settled) {
    fixed = List.copyOf(settled);
    current = together();
  }

  /** Where a stream's declaration stands. */
  enum Origin {
    SETTINGS,
    SHIPPED,
    JOURNAL
  }

  synchronized List<Stream> fixed() {
    return fixed;
  }

  synchronized void add(StreamVersion version) {
    List<StreamVersion> before =
        versions.computeIfAbsent(version.name(), name -> new ArrayList<>());
    if (version.number() == before.size() + 1) {
      before.add(version);
      current = together();
    }
  }

  private Streams together() {
    conflicts.clear();
    List<String> gone = new ArrayList<>();
    List<Stream> here = new ArrayList<>();
    for (List<StreamVersion> history : versions.values()) {
      StreamVersion last = history.get(history.size() - 1);
      if (last.deleted()) {
        gone.add(last.name());
      } else {
        here.add(last.stream());
      }
    }
    Streams left = shipped.without(gone).with(fixed);
    here.removeIf(stream -> fixed(stream.name()).isPresent());
    try {
      return left.with(here);
    } catch (IllegalArgumentException e) {
      return oneByOne(left, here);
    }
  }

  /** Settings of today may clash with what was declared under those of yesterday. */
  private Streams oneByOne(Streams left, List<Stream> here) {
    Streams all = left;
    for (Stream stream : here) {
      try {
        all = all.with(List.of(stream));
      } catch (IllegalArgumentException e) {
        conflicts.add("the stream " + stream.name() + " is not served: " + e.getMessage());
      }
    }
    return all;
  }

  Streams current() {
    return current;
  }

  /** What stands in the way of streams that were declared. */
  synchronized List<String> conflicts() {
    return List.copyOf(conflicts);
  }

  synchronized Optional<Stream> fixed(String name) {
    return fixed.stream().filter(stream -> stream.name().equals(name)).findFirst();
  }

  synchronized Origin origin(String name) {
    if (fixed(name).isPresent()) {
      return Origin.SETTINGS;
    }
    return versions.containsKey(name) ? Origin.JOURNAL : Origin.SHIPPED;
  }

  /** The versions of a stream that the journal has, deletions included. */
  synchronized List<StreamVersion> history(String name) {
    return List.copyOf(versions.getOrDefault(name, List.of()));
  }

  synchronized int count() {
    return versions.size();
  }
}
