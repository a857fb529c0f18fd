package dev.sluice.lake.power;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The calls of a process that changed files below a directory, in the order of their effects. */
record Recording(Path root, List<Call> calls) {
  private static final int HEAD = 1 + 4 + 8 + 8 + 12;

  Recording {
    calls = List.copyOf(calls);
  }

  /** Reads what the recorder wrote. A record that was being written at a kill is left out. */
  static Recording read(Path root, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      all.order(ByteOrder.LITTLE_ENDIAN);
      List<Call> calls = new ArrayList<>();
      while (all.remaining() >= 4 && all.remaining() - 4 >= all.getInt(all.position())) {
        calls.add(next(all));
      }
      return new Recording(root, calls);
    }
  }

  private static Call next(ByteBuffer from) {
    int length = from.getInt();
    int end = from.position() + length;
    Call.Kind kind = Call.Kind.values()[from.get() - 1];
    int descriptor = from.getInt();
    long first = from.getLong();
    long second = from.getLong();
    int pathLength = from.getInt();
    int otherLength = from.getInt();
    int bytesLength = from.getInt();
    if (HEAD + pathLength + otherLength + bytesLength != length) {
      throw new IllegalStateException("the record is not of the form expected");
    }
    String path = text(from, pathLength);
    String other = text(from, otherLength);
    ByteBuffer bytes = from.slice(from.position(), bytesLength);
    from.position(end);
    return new Call(kind, descriptor, first, second, path, other, bytes);
  }

  private static String text(ByteBuffer from, int length) {
    byte[] text = new byte[length];
    from.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The same, had the files and directories of such paths never been synced. */
  Recording withoutSyncsOf(Predicate<String> path) {
    Map<Integer, String> open = new HashMap<>();
    Set<Long> dropped = new HashSet<>();
    List<Call> left = new ArrayList<>();
    for (Call each : calls) {
      if (each.kind() == Call.Kind.OPENED) {
        open.put(each.descriptor(), each.path());
      }
      if (each.kind() == Call.Kind.SYNC_BEGUN && path.test(open.get(each.descriptor()))) {
        dropped.add(each.first());
      }
      boolean sync = each.kind() == Call.Kind.SYNC_BEGUN || each.kind() == Call.Kind.SYNC_DONE;
      if (!sync || !dropped.contains(each.first())) {
        left.add(each);
      }
    }
    return new Recording(root, left);
  }
}
