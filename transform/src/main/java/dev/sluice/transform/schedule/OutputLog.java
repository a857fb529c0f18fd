package dev.sluice.transform.schedule;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A log that only its owner reads, and that begins anew when it is long; one old one is kept. */
final class OutputLog implements Closeable {
  private static final long LONGEST_BYTES = 4L << 20;

  private final Writer writer;

  private OutputLog(Writer writer) {
    this.writer = writer;
  }

  static OutputLog open(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > LONGEST_BYTES) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".old"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new OutputLog(Channels.newWriter(channel, StandardCharsets.UTF_8));
  }

  void add(String line) throws IOException {
    writer.write(line + "\n");
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
