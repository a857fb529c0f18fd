package dev.sluice.lake.object;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of rows. The first byte says the kind; names are separated by NUL, which no bucket and
 * no key holds, so that rows lie in the order S3 lists keys (UTF-8 bytes), and within a key the
 * newest version comes first.
 *
 * <pre>
 * b bucket                          the bucket
 * h bucket 0 key                    head: summary of the current version
 * v bucket 0 key 0 ~sequence(8)     one version
 * u bucket 0 key 0 upload           an upload under way
 * p upload 0 part(4)                one part of it
 * d upload                          an upload completed a short while ago
 * f file                            a file that a row names; the value is that row's key
 * q bucket 0 key 0 ~sequence(8)     a version found damaged
 * s segment                         how much of a segment is named by rows
 * e segment 0 offset(8)             bytes in a segment; the value is the key of the row naming them
 * m name                            the store itself: format, sequence, where the scrub is
 * </pre>
 */
final class RowKey {
  static final char BUCKET = 'b';
  static final char HEAD = 'h';
  static final char VERSION = 'v';
  static final char UPLOAD = 'u';
  static final char PART = 'p';
  static final char DONE = 'd';
  static final char FILE = 'f';
  static final char QUARANTINE = 'q';
  static final char SEGMENT = 's';
  static final char EXTENT = 'e';
  static final char STORE = 'm';

  private RowKey() {}

  static byte[] bucket(String bucket) {
    return key(BUCKET, bucket);
  }

  static byte[] head(String bucket, String key) {
    return key(HEAD, bucket, key);
  }

  static byte[] version(String bucket, String key, long sequence) {
    return numbered(versions(bucket, key), ~sequence);
  }

  private static byte[] numbered(byte[] prefix, long number) {
    return ByteBuffer.allocate(prefix.length + 8).put(prefix).putLong(number).array();
  }

  /** The prefix of all versions of a key. */
  static byte[] versions(String bucket, String key) {
    return key(VERSION, bucket, key, "");
  }

  static byte[] upload(String bucket, String key, String upload) {
    return key(UPLOAD, bucket, key, upload);
  }

  static byte[] part(String upload, int number) {
    byte[] prefix = parts(upload);
    return ByteBuffer.allocate(prefix.length + 4).put(prefix).putInt(number).array();
  }

  static byte[] parts(String upload) {
    return key(PART, upload, "");
  }

  static byte[] done(String upload) {
    return key(DONE, upload);
  }

  static byte[] file(String id) {
    return key(FILE, id);
  }

  static byte[] quarantine(String bucket, String key, long sequence) {
    return numbered(key(QUARANTINE, bucket, key, ""), ~sequence);
  }

  /** The row that says whose these bytes are. */
  static byte[] owned(Extent extent) {
    if (!extent.inSegment()) {
      return file(extent.container());
    }
    byte[] prefix = extents(extent.container());
    return ByteBuffer.allocate(prefix.length + 8).put(prefix).putLong(extent.offset()).array();
  }

  /** The prefix of the rows of all bytes in a segment. */
  static byte[] extents(String segment) {
    return key(EXTENT, segment, "");
  }

  static byte[] segment(String name) {
    return key(SEGMENT, name);
  }

  static String segmentName(byte[] row) {
    return new String(row, 1, row.length - 1, StandardCharsets.UTF_8);
  }

  static byte[] store(String name) {
    return key(STORE, name);
  }

  /** The prefix of all rows of a kind in a bucket whose key starts with the given text. */
  static byte[] within(char kind, String bucket, String keyPrefix) {
    return key(kind, bucket, keyPrefix);
  }

  static byte[] kind(char kind) {
    return new byte[] {(byte) kind};
  }

  /** The object key in a head row's key. */
  static String keyOfHead(byte[] row) {
    return new String(row, afterNul(row, 1), row.length - afterNul(row, 1), StandardCharsets.UTF_8);
  }

  static String bucketOfVersion(byte[] row) {
    return new String(row, 1, afterNul(row, 1) - 2, StandardCharsets.UTF_8);
  }

  /** The object key in a version or upload row's key. */
  static String keyOfVersion(byte[] row) {
    int from = afterNul(row, 1);
    int to = afterNul(row, from) - 1;
    return new String(row, from, to - from, StandardCharsets.UTF_8);
  }

  /** The smallest key greater than every key with this prefix. */
  static byte[] after(byte[] prefix) {
    byte[] end = prefix.clone();
    for (int at = end.length - 1; at >= 0; at--) {
      if (end[at] != (byte) 0xff) {
        end[at]++;
        return Arrays.copyOf(end, at + 1);
      }
    }
    throw new IllegalArgumentException("no key lies after all keys");
  }

  private static int afterNul(byte[] row, int from) {
    int at = from;
    while (row[at] != 0) {
      at++;
    }
    return at + 1;
  }

  private static byte[] key(char kind, String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    out.write(kind);
    for (int at = 0; at < names.length; at++) {
      if (at > 0) {
        out.write(0);
      }
      out.writeBytes(names[at].getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }
}
