package dev.sluice.ingest.recent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Ids on disk, in RocksDB, each span's in a range of keys of its own, and a note for each shard.
 * Nothing is ever synced, for it is a cache: once it has failed in any way it is deleted.
 */
final class IdStore implements AutoCloseable {

  /** What takes an id that lies in a span. */
  interface Taker {
    void take(long span, long high, long low, long receivedMillis);
  }

  private static final byte ID = 'i';
  private static final byte NOTE = 'n';
  private static final int KEY_BYTES = 1 + 3 * Long.BYTES;
  private static final long BUFFER_BYTES = 8 << 20;
  private static final long CACHE_BYTES = 8 << 20;

  static {
    RocksDB.loadLibrary();
  }

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Path directory;
  private final RocksDB database;
  private final WriteOptions unsynced = own(new WriteOptions());
  private final ReadOptions reading = own(new ReadOptions());
  private final WriteBatch batch = own(new WriteBatch());
  private final ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
  private final ByteBuffer value = ByteBuffer.allocate(Long.BYTES);
  private boolean broken;

  private IdStore(Path directory) throws RocksDBException {
    this.directory = directory;
    BlockBasedTableConfig blocks =
        new BlockBasedTableConfig()
            .setFilterPolicy(own(new BloomFilter(10)))
            .setBlockCache(own(new LRUCache(CACHE_BYTES)))
            .setCacheIndexAndFilterBlocks(true);
    Options options =
        own(new Options())
            .setCreateIfMissing(true)
            .setWriteBufferSize(BUFFER_BYTES)
            .setMaxWriteBufferNumber(2)
            .setMaxBackgroundJobs(1)
            // Hardly anything is read here: sorting it anew costs more than it spares.
            .setLevel0FileNumCompactionTrigger(8)
            .setLevel0SlowdownWritesTrigger(32)
            .setLevel0StopWritesTrigger(48)
            .setMaxOpenFiles(64)
            // Hashes do not shrink.
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2)
            .setMaxLogFileSize(1 << 20)
            .setTableFormatConfig(blocks);
    try {
      this.database = RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      release();
      throw e;
    }
  }

  /** The store in this directory, or an empty one where what lies there is none. */
  static IdStore open(Path directory) {
    try {
      Files.createDirectories(directory);
      try {
        return new IdStore(directory);
      } catch (RocksDBException e) {
        if (held(e)) {
          throw new IdsLostException("is used by another process: " + directory, e);
        }
        delete(directory);
        return fresh(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Told by RocksDB's own words; "lock" alone is in the word block, too, and may be in a path. */
  private static boolean held(RocksDBException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("lock hold by") || message.startsWith("While lock file");
  }

  static IdStore fresh(Path directory) throws IOException {
    Files.createDirectories(directory);
    try {
      return new IdStore(directory);
    } catch (RocksDBException e) {
      throw new IdsLostException("cannot be made in " + directory, e);
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    owned.add(part);
    return part;
  }

  Map<String, Note> notes() {
    Map<String, Note> notes = new TreeMap<>();
    try (RocksIterator at = database.newIterator(reading)) {
      for (at.seek(new byte[] {NOTE}); at.isValid(); at.next()) {
        byte[] name = at.key();
        notes.put(
            new String(name, 1, name.length - 1, StandardCharsets.UTF_8), Note.decode(at.value()));
      }
      at.status();
      return notes;
    } catch (RocksDBException | RuntimeException e) {
      throw lost("cannot be read", e);
    }
  }

  void each(Taker taker) {
    try (RocksIterator at = database.newIterator(reading)) {
      for (at.seek(new byte[] {ID}); at.isValid(); at.next()) {
        ByteBuffer found = ByteBuffer.wrap(at.key());
        if (found.get() != ID) {
          break;
        }
        taker.take(
            found.getLong(),
            found.getLong(),
            found.getLong(),
            ByteBuffer.wrap(at.value()).getLong());
      }
      at.status();
    } catch (RocksDBException | RuntimeException e) {
      throw lost("cannot be read", e);
    }
  }

  /** When the id was received, or {@link FreshIds#ABSENT}. */
  long received(long span, long high, long low) {
    try {
      int length = database.get(reading, key(span, high, low), value.array());
      return length == Long.BYTES ? value.getLong(0) : FreshIds.ABSENT;
    } catch (RocksDBException e) {
      throw lost("cannot be read", e);
    }
  }

  private byte[] key(long span, long high, long low) {
    key.put(0, ID).putLong(1, span).putLong(9, high).putLong(17, low);
    return key.array();
  }

  /** To be written with all else that is put until then. */
  void put(long span, long high, long low, long receivedMillis) {
    try {
      value.putLong(0, receivedMillis);
      batch.put(key(span, high, low), value.array());
    } catch (RocksDBException e) {
      throw lost("cannot be written", e);
    }
  }

  void put(String shard, Note note) {
    try {
      batch.put(noteKey(shard), note.encode());
    } catch (RocksDBException e) {
      throw lost("cannot be written", e);
    }
  }

  void remove(String shard) {
    try {
      batch.delete(noteKey(shard));
    } catch (RocksDBException e) {
      throw lost("cannot be written", e);
    }
  }

  void remove(long span) {
    try {
      batch.deleteRange(key(span, 0, 0).clone(), key(span + 1, 0, 0).clone());
    } catch (RocksDBException e) {
      throw lost("cannot be written", e);
    }
  }

  void write() {
    try {
      database.write(unsynced, batch);
      batch.clear();
    } catch (RocksDBException e) {
      throw lost("cannot be written", e);
    }
  }

  private static byte[] noteKey(String shard) {
    byte[] name = shard.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + name.length).put(NOTE).put(name).array();
  }

  private IdsLostException lost(String what, Exception cause) {
    broken = true;
    return new IdsLostException(what + ": " + directory, cause);
  }

  @Override
  public void close() {
    database.close();
    release();
    if (broken) {
      try {
        delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void release() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      try {
        owned.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
