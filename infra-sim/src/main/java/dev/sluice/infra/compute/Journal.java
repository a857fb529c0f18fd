package dev.sluice.infra.compute;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.daemon.SettingsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on disk, each flushed before it counts. What a crash left of a line at the end is cut off;
 * a broken line that whole ones follow is no crash's doing, and refuses to open. Whoever opens it
 * holds the directory, and calls it from one thread at a time.
 */
final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final Path file;
  private FileChannel channel;
  private long length;
  private long rewrittenLength;
  private boolean broken;

  private Journal(Path file, FileChannel channel, long length) {
    this.file = file;
    this.channel = channel;
    this.length = length;
  }

  /** An open journal with the events that were in it. */
  record Opening(Journal journal, List<Event> events) {}

  static Opening open(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    List<Event> events = new ArrayList<>();
    int good = read(file, bytes, events);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (good < bytes.length) {
      LOG.warn("{}: cut {} bytes that a crash left at the end", file, bytes.length - good);
      channel.truncate(good);
      channel.force(true);
    }
    flushDirectory(file);
    channel.position(good);
    return new Opening(new Journal(file, channel, good), events);
  }

  /** Reads whole lines into {@code events}; how many bytes they take. */
  private static int read(Path file, byte[] bytes, List<Event> events) {
    int good = 0;
    int at = 0;
    while (at < bytes.length) {
      int end = at;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      Optional<byte[]> json =
          end < bytes.length
              ? EventLine.intact(Arrays.copyOfRange(bytes, at, end))
              : Optional.empty();
      if (json.isPresent()) {
        if (good != at) {
          throw damaged(file, good, "whole lines follow a broken one");
        }
        events.add(event(file, good, json.get()));
        good = end + 1;
      }
      at = end + 1;
    }
    return good;
  }

  private static Event event(Path file, int at, byte[] json) {
    try {
      return EventLine.read(json);
    } catch (JsonProcessingException unknown) {
      throw damaged(file, at, "an event that this Sluice does not know");
    }
  }

  private static SettingsException damaged(Path file, long at, String why) {
    return new SettingsException(
        file + " is damaged at byte " + at + " (" + why + "); restore it, or move it away");
  }

  /** Whether a rewrite is worth its while: it is over the limit, and has doubled since the last. */
  boolean longerThan(long limit) {
    return length > limit && length > 2 * rewrittenLength;
  }

  /** On disk when it returns; when it throws, the event has not happened. */
  void append(Event event) throws IOException {
    if (broken) {
      throw new IOException(file + " could not be written before; start again once there is room");
    }
    ByteBuffer line = ByteBuffer.wrap(EventLine.write(event));
    try {
      write(channel, line);
      channel.force(false);
      length += line.limit();
    } catch (IOException | RuntimeException failure) {
      // Half a line must not stay under the next one; a flush that failed is not tried again.
      broken = true;
      throw failure;
    }
  }

  /** Puts these events in the place of all there are: both or neither survive a crash. */
  void rewrite(List<Event> events) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    FileChannel fresh =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      for (Event event : events) {
        write(fresh, ByteBuffer.wrap(EventLine.write(event)));
      }
      fresh.force(true);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException failure) {
      fresh.close();
      throw failure;
    }
    FileChannel old = channel;
    channel = fresh;
    length = fresh.position();
    rewrittenLength = length;
    old.close();
    flushDirectory(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void flushDirectory(Path file) throws IOException {
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
