package dev.sluice.ingest.spool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * A bounded file of events, forced to disk before {@link #append} returns.
 *
 * <p>A frame is its length, a checksum, and the events of one request. Only the last frame can be
 * torn by a crash, for each is on disk before the next is written: it was never acknowledged, and
 * is cut off at the next start. Anything else that is no frame stops the start, for events behind
 * it were promised. The first bytes of the file say how far it has been replayed; they are written
 * after the log has the frame, so a crash in between replays it once more. Once all is replayed the
 * file begins anew.
 */
public final class Spool implements AutoCloseable {
  /** The events of one request, and where the next begin. */
  public record Frame(List<SpooledEvent> events, long end) {
    public Frame {
      events = List.copyOf(events);
    }
  }

  /** The file is not what was written. */
  public static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(Path file, long at) {
      super(
          file
              + " is damaged at byte "
              + at
              + ": events behind it wait for the log; restore it, or move it away to give them up");
    }
  }

  /** So much is read for the log at once. */
  private static final int AT_ONCE_BYTES = 1 << 20;

  private static final int START = Long.BYTES;
  private static final int FRAME_HEAD = 2 * Integer.BYTES;

  private final Path file;
  private final long most;
  private final FileChannel channel;
  private long replayed;
  private long end;
  private int waiting;

  private Spool(Path file, long most, FileChannel channel) {
    this.file = file;
    this.most = most;
    this.channel = channel;
  }

  /** Opens the one in a directory, of so many bytes at most; what waits in it is kept. */
  public static Spool open(Path directory, long most) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("events.spool");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel, file);
      Spool spool = new Spool(file, most, channel);
      spool.recover();
      return spool;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(FileChannel channel, Path file) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Held in this very process: the same as held by another.
    }
    throw new IOException(file + " is in use by another door");
  }

  /** Keeps the events; false when there is no room for all of them, and then none is kept. */
  public synchronized boolean append(List<SpooledEvent> events) throws IOException {
    int length = Integer.BYTES;
    for (SpooledEvent event : events) {
      length = Math.addExact(length, event.encodedBytes());
    }
    if (end + FRAME_HEAD + length > most) {
      return false;
    }
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD + length);
    frame.position(FRAME_HEAD);
    frame.putInt(events.size());
    events.forEach(event -> event.encode(frame));
    frame.putInt(0, length).putInt(Integer.BYTES, checksum(frame.slice(FRAME_HEAD, length)));
    try {
      write(frame.flip(), end);
      channel.force(false);
    } catch (IOException e) {
      // Half a frame would stand in front of the next one.
      channel.truncate(end);
      throw e;
    }
    end += frame.limit();
    waiting++;
    notifyAll();
    return true;
  }

  public synchronized boolean empty() {
    return waiting == 0;
  }

  /** Bytes of what waits, and of what was replayed since the file was last empty. */
  public synchronized long bytes() {
    return end - START;
  }

  /** Some of the oldest events, once there are any; none when there were none for so long. */
  public synchronized List<Frame> await(long millis) throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (waiting == 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    List<Frame> frames = new ArrayList<>();
    long at = replayed;
    while (frames.size() < waiting && at - replayed < AT_ONCE_BYTES) {
      Frame frame = frame(at);
      frames.add(frame);
      at = frame.end();
    }
    return frames;
  }

  /** The log has all of the oldest events. */
  public synchronized void replayed(List<Frame> frames) throws IOException {
    Frame frame = frames.get(frames.size() - 1);
    waiting -= frames.size();
    if (frame.end() == end) {
      // The mark first: a crash in between replays the frames once more, and loses none.
      mark(START);
      channel.truncate(START);
      end = START;
    } else {
      mark(frame.end());
    }
  }

  /** Keeps an event apart that the log never will take, one a line, its bytes in Base64. */
  void setAside(SpooledEvent event, String why) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    byte[] value = new byte[event.value().remaining()];
    event.value().duplicate().get(value);
    line.put("topic", event.topic()).put("receivedMillis", event.receivedMillis());
    event.key().ifPresent(key -> line.put("key", key));
    line.put("why", why).put("value", value);
    Path aside = file.resolveSibling("refused.ndjson");
    try (FileChannel out =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private void recover() throws IOException {
    if (channel.size() < START) {
      channel.truncate(0);
      mark(START);
      end = START;
      channel.force(true);
      return;
    }
    ByteBuffer mark = ByteBuffer.allocate(START);
    read(mark, 0);
    replayed = mark.flip().getLong();
    long size = channel.size();
    if (replayed < START || replayed > size) {
      throw new DamagedException(file, 0);
    }
    end = replayed;
    while (end < size) {
      Optional<Long> next = next(end, size);
      if (next.isEmpty()) {
        channel.truncate(end);
        return;
      }
      end = next.get();
      waiting++;
    }
    if (waiting == 0) {
      mark(START);
      channel.truncate(START);
      end = START;
    }
  }

  /** The end of the frame there; empty when it is the last and torn. */
  private Optional<Long> next(long at, long size) throws IOException {
    if (size - at < FRAME_HEAD) {
      return Optional.empty();
    }
    ByteBuffer head = ByteBuffer.allocate(FRAME_HEAD);
    read(head, at);
    int length = head.flip().getInt();
    long after = at + FRAME_HEAD + length;
    if (length < Integer.BYTES || after > size) {
      return Optional.empty();
    }
    ByteBuffer body = ByteBuffer.allocate(length);
    read(body, at + FRAME_HEAD);
    if (checksum(body.flip()) == head.getInt()) {
      return Optional.of(after);
    }
    if (after < size) {
      throw new DamagedException(file, at);
    }
    return Optional.empty();
  }

  private Frame frame(long at) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(FRAME_HEAD);
    read(head, at);
    int length = head.flip().getInt();
    ByteBuffer body = ByteBuffer.allocate(length);
    read(body, at + FRAME_HEAD);
    if (checksum(body.flip()) != head.getInt()) {
      throw new DamagedException(file, at);
    }
    List<SpooledEvent> events = new ArrayList<>();
    for (int left = body.getInt(); left > 0; left--) {
      events.add(SpooledEvent.decode(body));
    }
    return new Frame(events, at + FRAME_HEAD + length);
  }

  private void mark(long position) throws IOException {
    write(ByteBuffer.allocate(START).putLong(position).flip(), 0);
    channel.force(false);
    replayed = position;
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    ByteBuffer left = bytes.duplicate();
    while (left.hasRemaining()) {
      channel.write(left, at + left.position());
    }
  }

  private void read(ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new DamagedException(file, at);
      }
    }
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
