package dev.sluice.lake.object;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Writes a store of format 1, as the program of that time did. */
final class FormerStore implements AutoCloseable {
  private static final long MODIFIED = 1_700_000_000_000L;

  private final Path directory;
  private final RocksDB rows;
  private long sequence = 65_537;

  FormerStore(Path directory) throws IOException, RocksDBException {
    this.directory = directory;
    RocksDB.loadLibrary();
    Files.createDirectories(directory.resolve("rows"));
    try (Options options = new Options().setCreateIfMissing(true)) {
      rows = RocksDB.open(options, directory.resolve("rows").toString());
    }
    format("1");
    rows.put(RowKey.store("sequence"), ByteBuffer.allocate(8).putLong(131_073).array());
  }

  void format(String format) throws RocksDBException {
    rows.put(RowKey.store("format"), format.getBytes(StandardCharsets.US_ASCII));
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] row(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(1);
      writing.to(out);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  void bucket(String name, Bucket.Versioning versioning) throws IOException, RocksDBException {
    byte[] row =
        row(
            out -> {
              text(out, name);
              out.writeLong(MODIFIED);
              text(out, "us-east-1");
              text(out, versioning.name());
            });
    rows.put(RowKey.bucket(name), row);
  }

  void inline(String bucket, String key, byte[] bytes) throws IOException, RocksDBException {
    object(
        bucket,
        key,
        bytes,
        out -> {
          out.writeByte('i');
          out.writeInt(bytes.length);
          out.write(bytes);
        });
  }

  void inFile(String bucket, String key, byte[] bytes) throws IOException, RocksDBException {
    String id = file(bytes);
    object(
        bucket,
        key,
        bytes,
        out -> {
          out.writeByte('w');
          reference(out, id, bytes);
        });
  }

  void upload(String bucket, String key, String upload, byte[] part)
      throws IOException, RocksDBException {
    byte[] row =
        row(
            out -> {
              text(out, upload);
              text(out, key);
              out.writeLong(MODIFIED);
              attributes(out);
              text(out, "");
              text(out, "COMPOSITE");
            });
    rows.put(RowKey.upload(bucket, key, upload), row);
    String id = file(part);
    rows.put(
        RowKey.part(upload, 1),
        row(
            out -> {
              out.writeInt(1);
              text(out, etag(part));
              out.writeLong(MODIFIED);
              out.writeBoolean(false);
              reference(out, id, part);
            }));
  }

  private static void reference(DataOutputStream out, String id, byte[] bytes) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    text(out, id);
    out.writeLong(bytes.length);
    out.writeInt((int) crc.getValue());
  }

  private static void attributes(DataOutputStream out) throws IOException {
    out.writeInt(1);
    text(out, "content-type");
    text(out, "text/plain");
    out.writeInt(0);
  }

  private String file(byte[] bytes) throws IOException, RocksDBException {
    String id = String.format("%016x%016x", sequence++, 0xabcdL);
    Path folder = directory.resolve("files").resolve(id.substring(30));
    Files.createDirectories(folder);
    Files.write(folder.resolve(id), bytes);
    rows.put(RowKey.file(id), new byte[0]);
    return id;
  }

  private static String etag(byte[] bytes) {
    return HexFormat.of().formatHex(IncomingBody.md5().digest(bytes));
  }

  private void object(String bucket, String key, byte[] bytes, Writing content)
      throws IOException, RocksDBException {
    long number = sequence++;
    byte[] version =
        row(
            out -> {
              text(out, key);
              out.writeLong(number);
              text(out, "null");
              out.writeLong(bytes.length);
              text(out, etag(bytes));
              out.writeLong(MODIFIED);
              attributes(out);
              out.writeBoolean(true);
              text(out, "CRC32");
              text(out, "AAAAAA==");
              text(out, "FULL_OBJECT");
              content.to(out);
            });
    byte[] head =
        row(
            out -> {
              out.writeLong(number);
              out.writeLong(number);
              out.writeBoolean(false);
              out.writeLong(bytes.length);
              text(out, etag(bytes));
              out.writeLong(MODIFIED);
              text(out, "CRC32");
            });
    rows.put(RowKey.version(bucket, key, number), version);
    rows.put(RowKey.head(bucket, key), head);
  }

  @Override
  public void close() {
    rows.close();
  }
}
