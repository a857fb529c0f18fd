package dev.sluice.lake.power;

import dev.sluice.lake.power.Cut.Survival;
import dev.sluice.lake.power.Node.Directory.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a disk holds after a power loss. The assumptions, from least to most kind to a program:
 *
 * <ul>
 *   <li>A file's bytes and length are on disk once fsync or fdatasync of the file has returned, as
 *       far as written before it was called; a directory's entries once fsync of the directory has.
 *       Syncing a file does not save its name, and neither does syncing a directory save what its
 *       files hold (fsync(2), NOTES). sync_file_range and a background write-back promise nothing.
 *   <li>A sync that failed leaves what it was to write in doubt for good; a later one that goes
 *       well does not cover it (fsync(2), ERRORS).
 *   <li>What was not synced may have been written in any order and in part: pages of a file one by
 *       one, a write torn, the length behind or ahead of the bytes (then zeros), names in one
 *       directory before older ones in another. "All File Systems Are Not Created Equal" (OSDI
 *       2014) found each of these in a file system in use.
 *   <li>Two guarantees are kept. A name changes atomically: rename(2) leaves the old file or the
 *       new one there, and a moved file is never without a name. And the changes of one directory
 *       are kept in their order, as file systems with a journal do. RocksDB needs that: it renames
 *       the file that names its newest manifest before the manifest's own name is synced.
 *   <li>{@link Survival#IN_ORDER} is ext4 as it is by default, with a journal: names are kept up to
 *       some moment for all directories alike, and the bytes of a file may be far behind its name
 *       (delayed allocation), but are written front to back.
 * </ul>
 *
 * Sectors that go bad by themselves, or a disk that lies about a flush, are not in it: checksums
 * find those, and other tests damage files on purpose.
 */
final class Image {
  private static final int PAGE = 4096;

  private final Cut cut;
  private final Random whim;
  private final Map<Node.Directory, Map<String, Node>> names = new HashMap<>();
  private final Node.Directory from;

  Image(Disk disk, Cut cut, String directory) {
    this.cut = cut;
    this.whim = new Random(cut.seed());
    for (Entry each : surviving(disk)) {
      Map<String, Node> folder = names.computeIfAbsent(each.directory(), any -> new TreeMap<>());
      each.node()
          .ifPresentOrElse(node -> folder.put(each.name(), node), () -> folder.remove(each.name()));
    }
    Node found = names(disk.top()).getOrDefault(directory, new Node.Directory());
    this.from = (Node.Directory) found;
  }

  private Map<String, Node> names(Node.Directory directory) {
    return names.getOrDefault(directory, Map.of());
  }

  private Collection<Entry> surviving(Disk disk) {
    List<Entry> made =
        disk.entries().stream().filter(entry -> entry.moment() < cut.moment()).toList();
    int journal = cut.moment() - 1 - whim.nextInt(1 + whim.nextInt(200));
    Map<Node.Directory, Integer> durable = new HashMap<>();
    Set<Entry> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<Node.Directory, Integer> until = new HashMap<>();
    List<Entry> surviving = new ArrayList<>();
    for (Entry each : made) {
      int certain =
          durable.computeIfAbsent(each.directory(), folder -> folder.durable(cut.moment()));
      boolean whole = each.cause().isEmpty() || kept.contains(each.cause().get());
      boolean synced = each.moment() < certain;
      boolean more =
          switch (cut.survival()) {
            case SYNCED_ONLY -> false;
            case EVERYTHING -> true;
            case IN_ORDER -> each.moment() <= journal;
            case ANY ->
                each.moment()
                    < until.computeIfAbsent(
                        each.directory(),
                        any -> certain + whim.nextInt(cut.moment() - certain + 1));
          };
      if (whole && (synced || more)) {
        kept.add(each);
        surviving.add(each);
      }
    }
    return surviving;
  }

  /** Makes the directory hold it. */
  void writeTo(Path target) throws IOException {
    write(from, target);
  }

  private void write(Node.Directory directory, Path target) throws IOException {
    Files.createDirectories(target);
    for (Map.Entry<String, Node> each : names(directory).entrySet()) {
      Path path = target.resolve(each.getKey());
      if (each.getValue() instanceof Node.Directory folder) {
        write(folder, path);
      } else if (each.getValue() instanceof Node.File file) {
        Files.write(path, bytes(file));
      }
    }
  }

  private byte[] bytes(Node.File file) {
    Map<Boolean, List<Node.File.Change>> made = file.certain(cut.moment());
    List<Node.File.Change> certain = made.get(true);
    List<Node.File.Change> doubtful = made.get(false);
    if (cut.survival() == Survival.SYNCED_ONLY || doubtful.isEmpty()) {
      return contents(certain);
    }
    if (cut.survival() == Survival.EVERYTHING) {
      return contents(inOrder(certain, doubtful));
    }
    boolean resized = doubtful.stream().anyMatch(each -> each.bytes().isEmpty());
    if (cut.survival() == Survival.IN_ORDER || resized || whim.nextInt(3) == 0) {
      return contents(inOrder(certain, torn(doubtful)));
    }
    return scattered(certain, doubtful);
  }

  private static List<Node.File.Change> inOrder(
      List<Node.File.Change> some, List<Node.File.Change> others) {
    List<Node.File.Change> all = new ArrayList<>(some);
    all.addAll(others);
    all.sort(Comparator.comparing(Node.File.Change::moment));
    return all;
  }

  private List<Node.File.Change> torn(List<Node.File.Change> doubtful) {
    int whole = whim.nextInt(doubtful.size() + 1);
    List<Node.File.Change> kept = new ArrayList<>(doubtful.subList(0, whole));
    if (whole < doubtful.size() && doubtful.get(whole).bytes().isPresent()) {
      Node.File.Change last = doubtful.get(whole);
      ByteBuffer bytes = last.bytes().orElseThrow();
      ByteBuffer part = bytes.slice(0, whim.nextInt(bytes.remaining() + 1));
      kept.add(new Node.File.Change(last.moment(), last.offset(), Optional.of(part)));
    }
    return kept;
  }

  /** Each page as it was at a moment of its own, and the length as it was at some moment. */
  private byte[] scattered(List<Node.File.Change> certain, List<Node.File.Change> doubtful) {
    byte[] before = contents(certain);
    List<Node.File.Change> all = new ArrayList<>(certain);
    Map<Long, Integer> moments = new HashMap<>();
    long length = before.length;
    for (int index = 0; index < doubtful.size(); index++) {
      Node.File.Change each = doubtful.get(index);
      ByteBuffer bytes = each.bytes().orElseThrow();
      for (long at = each.offset(); at < each.end(); at = (at / PAGE + 1) * PAGE) {
        int until = moments.computeIfAbsent(at / PAGE, page -> whim.nextInt(doubtful.size() + 1));
        if (index < until) {
          long to = Math.min(each.end(), (at / PAGE + 1) * PAGE);
          ByteBuffer piece = bytes.slice((int) (at - each.offset()), (int) (to - at));
          all.add(new Node.File.Change(each.moment(), at, Optional.of(piece)));
          length = Math.max(length, to);
        }
      }
    }
    all.sort(Comparator.comparing(Node.File.Change::moment));
    int shown = before.length + whim.nextInt((int) length - before.length + 1);
    return Arrays.copyOf(contents(all), whim.nextBoolean() ? (int) length : shown);
  }

  private static byte[] contents(List<Node.File.Change> changes) {
    long most = changes.stream().mapToLong(Node.File.Change::end).max().orElse(0);
    byte[] bytes = new byte[(int) most];
    int length = 0;
    for (Node.File.Change each : changes) {
      int end = (int) each.end();
      if (each.bytes().isPresent()) {
        ByteBuffer from = each.bytes().get();
        from.get(from.position(), bytes, (int) each.offset(), from.remaining());
        length = Math.max(length, end);
      } else {
        Arrays.fill(bytes, Math.min(length, end), Math.max(length, end), (byte) 0);
        length = end;
      }
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
