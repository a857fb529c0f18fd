package dev.sluice.lake.object;

import dev.sluice.awswire.Checksum;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The bytes of rows. Every row starts with the number of its form, so that later forms can read
 * earlier rows.
 */
final class RowCodec {
  private static final int FORM = 1;

  private RowCodec() {}

  @FunctionalInterface
  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  static byte[] write(Bucket bucket) {
    return row(
        out -> {
          text(out, bucket.name());
          out.writeLong(bucket.created().toEpochMilli());
          text(out, bucket.region());
          text(out, bucket.versioning().name());
          text(out, bucket.account());
        });
  }

  static Bucket bucket(byte[] row) {
    return read(
        row,
        in -> {
          String name = text(in);
          Instant created = Instant.ofEpochMilli(in.readLong());
          String region = text(in);
          Bucket.Versioning versioning = Bucket.Versioning.valueOf(text(in));
          String account = in.available() > 0 ? text(in) : Bucket.MAIN_ACCOUNT;
          return new Bucket(name, account, created, region, versioning);
        });
  }

  static byte[] write(Head head) {
    return row(
        out -> {
          out.writeLong(head.sequence());
          out.writeLong(head.nullSequence());
          out.writeBoolean(head.deleted());
          out.writeLong(head.size());
          text(out, head.etag());
          out.writeLong(head.modified().toEpochMilli());
          text(out, head.checksumName());
        });
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
                text(in)));
  }

  static byte[] write(ObjectVersion version) {
    return row(
        out -> {
          text(out, version.key());
          out.writeLong(version.sequence());
          text(out, version.id());
          out.writeLong(version.size());
          text(out, version.etag());
          out.writeLong(version.modified().toEpochMilli());
          attributes(out, version.attributes());
          checksum(out, version.checksum());
          content(out, version.content());
        });
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

  static byte[] write(Upload upload) {
    return row(
        out -> {
          text(out, upload.id());
          text(out, upload.key());
          out.writeLong(upload.initiated().toEpochMilli());
          attributes(out, upload.attributes());
          text(out, upload.checksum().map(Checksum::name).orElse(""));
          text(out, upload.checksumKind().name());
        });
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

  static byte[] write(Part part) {
    return row(
        out -> {
          out.writeInt(part.number());
          text(out, part.etag());
          out.writeLong(part.modified().toEpochMilli());
          checksum(out, part.checksum());
          file(out, part.file());
        });
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

  private static void content(DataOutputStream out, Content content) throws IOException {
    if (content instanceof Content.Inline inline) {
      out.writeByte('i');
      byte[] bytes = new byte[inline.bytes().remaining()];
      inline.bytes().get(bytes);
      out.writeInt(bytes.length);
      out.write(bytes);
    } else if (content instanceof Content.Whole whole) {
      out.writeByte('w');
      file(out, whole.file());
    } else if (content instanceof Content.Parts parts) {
      out.writeByte('p');
      out.writeInt(parts.files().size());
      for (FileRef each : parts.files()) {
        file(out, each);
      }
    } else {
      out.writeByte('n');
    }
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
      List<FileRef> files = new ArrayList<>(count);
      for (int at = 0; at < count; at++) {
        files.add(file(in));
      }
      return new Content.Parts(files);
    }
    return new Content.Nothing();
  }

  private static void file(DataOutputStream out, FileRef file) throws IOException {
    text(out, file.id());
    out.writeLong(file.length());
    out.writeInt(file.crc32c());
  }

  private static FileRef file(DataInputStream in) throws IOException {
    return new FileRef(text(in), in.readLong(), in.readInt());
  }

  private static void checksum(DataOutputStream out, Optional<StoredChecksum> checksum)
      throws IOException {
    out.writeBoolean(checksum.isPresent());
    if (checksum.isPresent()) {
      text(out, checksum.get().algorithm().name());
      text(out, checksum.get().value());
      text(out, checksum.get().kind().name());
    }
  }

  private static Optional<StoredChecksum> checksum(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return Optional.empty();
    }
    Checksum algorithm = Checksum.valueOf(text(in));
    return Optional.of(
        new StoredChecksum(algorithm, text(in), StoredChecksum.Kind.valueOf(text(in))));
  }

  private static void attributes(DataOutputStream out, Attributes attributes) throws IOException {
    map(out, attributes.headers());
    map(out, attributes.metadata());
  }

  private static Attributes attributes(DataInputStream in) throws IOException {
    return new Attributes(map(in), map(in));
  }

  private static void map(DataOutputStream out, Map<String, String> map) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> each : map.entrySet()) {
      text(out, each.getKey());
      text(out, each.getValue());
    }
  }

  private static Map<String, String> map(DataInputStream in) throws IOException {
    Map<String, String> map = new TreeMap<>();
    int count = in.readInt();
    for (int at = 0; at < count; at++) {
      map.put(text(in), text(in));
    }
    return map;
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static byte[] row(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORM);
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(byte[] row, Reading<T> reading) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row))) {
      int form = in.readByte();
      if (form != FORM) {
        throw new StoreException(
            StoreException.Reason.DAMAGED,
            "a row of the object store has the unknown form " + form);
      }
      return reading.from(in);
    } catch (IOException e) {
      throw new UncheckedIOException("a row of the object store is cut short", e);
    }
  }
}
