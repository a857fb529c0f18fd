package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Walks over the rows of a bucket in key order, rolling keys up at a delimiter. A rolled-up prefix
 * costs one seek, whatever lies under it.
 */
final class KeyWalk implements AutoCloseable {
  private final char kind;
  private final String bucket;
  private final Listing.Query query;
  private final Rows.Cursor cursor;
  private final List<String> prefixes = new ArrayList<>();

  KeyWalk(Rows rows, char kind, String bucket, Listing.Query query) {
    this.kind = kind;
    this.bucket = bucket;
    this.query = query;
    this.cursor = rows.cursor(RowKey.within(kind, bucket, query.prefix()));
    if (!query.marker().isEmpty()) {
      seekAfter(query.marker());
    }
  }

  private void seekAfter(String marker) {
    Optional<String> rolled = rolledUp(marker);
    if (rolled.isPresent() && rolled.get().equals(marker)) {
      seekPast(marker);
      return;
    }
    byte[] key = RowKey.within(kind, bucket, marker);
    byte[] after = Arrays.copyOf(key, key.length + 1);
    after[key.length] = (byte) (kind == RowKey.HEAD ? 0 : 1);
    seekForward(after);
  }

  /** Only forward: a marker before the prefix must not widen the walk. */
  private void seekForward(byte[] target) {
    byte[] start = RowKey.within(kind, bucket, query.prefix());
    if (Arrays.compareUnsigned(target, start) > 0) {
      cursor.seek(target);
    }
  }

  void seekPast(String keyPrefix) {
    seekForward(RowKey.after(RowKey.within(kind, bucket, keyPrefix)));
  }

  /** Goes past all versions of a key. */
  void seekPastVersions(String key) {
    byte[] end = RowKey.within(kind, bucket, key);
    byte[] after = Arrays.copyOf(end, end.length + 1);
    after[end.length] = 1;
    seekForward(after);
  }

  void seekTo(byte[] row) {
    seekForward(row);
  }

  /** The common prefix a key is rolled up into. */
  Optional<String> rolledUp(String key) {
    if (query.delimiter().isEmpty() || !key.startsWith(query.prefix())) {
      return Optional.empty();
    }
    int at = key.indexOf(query.delimiter(), query.prefix().length());
    return at < 0
        ? Optional.empty()
        : Optional.of(key.substring(0, at + query.delimiter().length()));
  }

  boolean valid() {
    return cursor.valid();
  }

  String key() {
    byte[] row = cursor.key();
    return kind == RowKey.HEAD ? RowKey.keyOfHead(row) : RowKey.keyOfVersion(row);
  }

  byte[] row() {
    return cursor.key();
  }

  byte[] value() {
    return cursor.value();
  }

  void next() {
    cursor.next();
  }

  void roll(String prefix) {
    prefixes.add(prefix);
    seekPast(prefix);
  }

  List<String> prefixes() {
    return prefixes;
  }

  @Override
  public void close() {
    cursor.close();
  }
}
