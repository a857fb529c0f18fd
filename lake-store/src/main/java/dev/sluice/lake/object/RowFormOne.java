package dev.sluice.lake.object;

import dev.sluice.awswire.Checksum;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rows of form 1, which stores of format 1 hold: they are read as long as they lie there. */
final class RowFormOne {
  private RowFormOne() {}

  @FunctionalInterface
  private interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  static Bucket bucket(byte[] row) {
    return read(
        row,
        in ->
            new Bucket(
                text(in),
                Instant.ofEpochMilli(in.readLong()),
                text(in),
                Bucket.Versioning.valueOf(text(in)),
                "",
                Durability.SYNC,
                Map.of()));
  }

  static Head head(byte[] row) {
    return read(
        row,
        in ->
            new Head(
                in.readLong(),
                in.readLong(),
                in.readBoolean() ? Head.Marker.DELETE_MARKER : Head.Marker.OBJECT,
                in.readLong(),
                text(in),
                Instant.ofEpochMilli(in.readLong()),
                text(in),
                Head.Lies.OUTSIDE));
  }

  static ObjectVersion version(byte[] row) {
    return read(
        row,
        in ->
            new ObjectVersion(
                text(in),
                in.readLong(),
                text(in),
                in.readLong(),
                text(in),
                Instant.ofEpochMilli(in.readLong()),
                attributes(in),
                checksum(in),
                content(in)));
  }

  static Upload upload(byte[] row) {
    return read(
        row,
        in ->
            new Upload(
                text(in),
                text(in),
                Instant.ofEpochMilli(in.readLong()),
                attributes(in),
                Checksum.ofName(text(in)),
                StoredChecksum.Kind.valueOf(text(in))));
  }

  static Part part(byte[] row) {
    return read(
        row,
        in ->
            new Part(
                in.readInt(),
                text(in),
                Instant.ofEpochMilli(in.readLong()),
                checksum(in),
                file(in)));
  }

  private static Content content(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    if (kind == 'i') {
      return new Content.Inline(in.readNBytes(in.readInt()));
    }
    if (kind == 'w') {
      return new Content.Whole(file(in));
    }
    if (kind == 'p') {
      int count = in.readInt();
      List<Extent> files = new ArrayList<>(count);
      for (int at = 0; at < count; at++) {
        files.add(file(in));
      }
      return new Content.Parts(files);
    }
    return new Content.Nothing();
  }

  private static Extent file(DataInputStream in) throws IOException {
    String id = text(in);
    long length = in.readLong();
    return Extent.file(id, length, BlockSums.single(length, in.readInt()));
  }

  private static Optional<StoredChecksum> checksum(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return Optional.empty();
    }
    Checksum algorithm = Checksum.valueOf(text(in));
    return Optional.of(
        new StoredChecksum(algorithm, text(in), StoredChecksum.Kind.valueOf(text(in))));
  }

  private static Attributes attributes(DataInputStream in) throws IOException {
    return new Attributes(map(in), map(in), Map.of());
  }

  private static Map<String, String> map(DataInputStream in) throws IOException {
    Map<String, String> map = new TreeMap<>();
    int count = in.readInt();
    for (int at = 0; at < count; at++) {
      map.put(text(in), text(in));
    }
    return map;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static <T> T read(byte[] row, Reading<T> reading) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row))) {
      in.readByte();
      return reading.from(in);
    } catch (IOException e) {
      throw new UncheckedIOException("a row of the object store is cut short", e);
    }
  }
}
