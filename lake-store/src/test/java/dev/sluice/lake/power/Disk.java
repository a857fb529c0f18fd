package dev.sluice.lake.power;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory as a file system sees it: nodes, their changes in the order of the recording, and
 * which of them are on disk for certain at each moment. What was there when the recording began is
 * taken to be on disk.
 */
final class Disk {
  private static final int CREATE_OR_TRUNCATE = 01000;

  private record Pending(Node node, int begun) {}

  private final Path root;
  private final Node.Directory top = new Node.Directory();
  private final List<Node.Directory.Entry> entries = new ArrayList<>();
  private final List<String> unseen = new ArrayList<>();
  private final Map<Integer, Node> open = new HashMap<>();
  private final Map<Long, Pending> syncing = new HashMap<>();
  private int moment;

  private Disk(Path root) {
    this.root = root;
  }

  /** A disk that held nothing when the recording began. */
  static Disk of(Recording recording) {
    Disk disk = new Disk(recording.root());
    disk.replay(recording);
    return disk;
  }

  /** A disk that held what lies below the directory when the recording began. */
  static Disk of(Path before, Recording recording) throws IOException {
    Disk disk = new Disk(recording.root());
    disk.load(before);
    disk.replay(recording);
    return disk;
  }

  private void load(Path before) throws IOException {
    moment = -1;
    try (Stream<Path> all = Files.walk(before)) {
      for (Path each : all.filter(path -> !path.equals(before)).toList()) {
        String path = root.resolve(before.relativize(each).toString()).toString();
        if (Files.isDirectory(each)) {
          name(path, new Node.Directory());
        } else {
          Node.File file = new Node.File();
          file.wrote(moment, 0, ByteBuffer.wrap(Files.readAllBytes(each)));
          name(path, file);
        }
      }
    }
    moment = 0;
  }

  private void replay(Recording recording) {
    for (Call each : recording.calls()) {
      try {
        apply(each);
      } catch (RuntimeException e) {
        throw new IllegalStateException("call " + moment + " does not fit: " + each, e);
      }
      moment++;
    }
  }

  /** How many calls there were. */
  int end() {
    return moment;
  }

  /** Changes that the recorder could not see; what it says of the disk is then not the truth. */
  List<String> unseen() {
    return unseen;
  }

  /** Every change of a name, in the order made. */
  List<Node.Directory.Entry> entries() {
    return entries;
  }

  Node.Directory top() {
    return top;
  }

  private void apply(Call call) {
    switch (call.kind()) {
      case OPENED -> opened(call);
      case CLOSED -> open.remove(call.descriptor());
      case DUPLICATED -> open.put(call.descriptor(), open.get((int) call.first()));
      case WRITTEN -> file(call).wrote(moment, call.first(), call.bytes());
      case TRUNCATED -> file(call).resized(moment, call.first());
      case ALLOCATED -> allocated(call);
      case RENAMED -> renamed(call);
      case LINKED -> name(call.other(), node(call.path()).orElseThrow());
      case UNLINKED, DIRECTORY_REMOVED -> unname(call.path(), Optional.empty());
      case DIRECTORY_MADE -> name(call.path(), new Node.Directory());
      case SYNC_BEGUN ->
          syncing.put(call.first(), new Pending(open.get(call.descriptor()), moment));
      case SYNC_DONE -> synced(call);
      case UNSEEN -> unseen.add(call.path() + " " + call.other());
    }
  }

  private void opened(Call call) {
    Optional<Node> found = node(call.path());
    if (found.isEmpty()) {
      Node made = new Node.File();
      name(call.path(), made);
      open.put(call.descriptor(), made);
      return;
    }
    open.put(call.descriptor(), found.get());
    if ((call.first() & CREATE_OR_TRUNCATE) != 0
        && found.get() instanceof Node.File file
        && file.length() > 0) {
      file.resized(moment, 0);
    }
  }

  private void allocated(Call call) {
    Node.File file = file(call);
    if (call.first() + call.second() > file.length()) {
      file.resized(moment, call.first() + call.second());
    }
  }

  private void renamed(Call call) {
    Node node = node(call.path()).orElseThrow();
    Node.Directory.Entry target = name(call.other(), node);
    unname(call.path(), Optional.of(target));
  }

  private void synced(Call call) {
    Pending pending = syncing.remove(call.first());
    if (call.second() == 0) {
      pending.node().synced(pending.begun(), moment);
    } else if (pending.node() instanceof Node.File file) {
      file.failed(pending.begun());
    }
  }

  private Node.File file(Call call) {
    Node node =
        call.descriptor() < 0 ? node(call.path()).orElseThrow() : open.get(call.descriptor());
    return (Node.File) node;
  }

  private Path within(String path) {
    return root.relativize(Path.of(path).normalize());
  }

  private Optional<Node> node(String path) {
    Optional<Node> at = Optional.of(top);
    for (Path each : within(path)) {
      if (at.isPresent() && !each.toString().isEmpty()) {
        at = at.get() instanceof Node.Directory folder ? folder.now(each.toString()) : at;
      }
    }
    return at;
  }

  private Node.Directory folder(String path) {
    Path parent = Path.of(path).normalize().getParent();
    return (Node.Directory) node(parent.toString()).orElseThrow();
  }

  private static String last(String path) {
    return Path.of(path).normalize().getFileName().toString();
  }

  private Node.Directory.Entry name(String path, Node node) {
    Node.Directory.Entry entry = folder(path).named(moment, last(path), node);
    entries.add(entry);
    return entry;
  }

  private void unname(String path, Optional<Node.Directory.Entry> cause) {
    entries.add(folder(path).unnamed(moment, last(path), cause));
  }

  /** What the disk holds after a power loss, of the directory of that name. */
  Image after(Cut cut, String directory) {
    return new Image(this, cut, directory);
  }

  /** The bytes of all files below a directory, by path. */
  static Map<String, ByteBuffer> files(Path directory) {
    Map<String, ByteBuffer> files = new HashMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(each).toString(), ByteBuffer.wrap(Files.readAllBytes(each)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
