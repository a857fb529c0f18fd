package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * The rows, in RocksDB. They change through {@link Commits} once the store is open. Small objects'
 * bytes lie beside the sorted files, so that sorting does not copy them, and log files are written
 * again, which spares their sync the change of a length. Memory is bounded by the settings: one
 * block cache, which write buffers are charged to; and so is what a start after a crash reads
 * again, for a log goes with the buffer that it guards.
 */
final class Rows implements AutoCloseable {
  private static final int FORMAT = 2;
  private static final int FIRST_FORMAT = 1;

  /**
   * Rows of so many bytes, which carry an object's own, lie apart from the sorted files: sorting
   * them again and again wrote 40 KB for a PUT of 4 KiB, and writes 9 KB this way.
   */
  private static final int MIN_APART = 1 << 10;

  private static final int CACHE_SHARD_BITS = 2;

  /** One is filled while the others are written out: a burst does not wait for that. */
  private static final int BUFFERS = 4;

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private final Lock inUse = use.readLock();
  private final Lock alone = use.writeLock();
  private final Options options;
  private final Path directory;
  private RocksDB database;
  private final AtomicLong life = new AtomicLong(1);
  private final WriteOptions synced;
  private final WriteOptions unsynced;
  private volatile boolean closed;
  private volatile Optional<RuntimeException> broken = Optional.empty();

  static Rows open(ObjectSettings settings) throws IOException {
    RocksDB.loadLibrary();
    Path directory = settings.directory().resolve("rows");
    Files.createDirectories(directory);
    return new Rows(settings, directory);
  }

  private Rows(ObjectSettings settings, Path directory) throws IOException {
    long buffers = settings.writeBuffers().bytes();
    // Few shards: what write buffers are charged would else push the filters out of a small one.
    Cache cache =
        own(new LRUCache(settings.blockCache().bytes() + buffers, CACHE_SHARD_BITS, false, 0.5));
    WriteBufferManager manager = own(new WriteBufferManager(buffers, cache));
    BloomFilter bloom = own(new BloomFilter(10));
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setPinTopLevelIndexAndFilter(true)
            .setFilterPolicy(bloom);
    this.directory = directory;
    this.options =
        own(new Options())
            .setCreateIfMissing(true)
            .setWriteBufferManager(manager)
            .setWriteBufferSize(Math.max(1 << 20, buffers / BUFFERS))
            .setMaxWriteBufferNumber(BUFFERS)
            .setBytesPerSync(1 << 20)
            .setMaxOpenFiles(settings.openRowFiles())
            .setMaxBackgroundJobs(2)
            // With large values apart a flush leaves little, and each joining writes a level anew.
            .setLevel0FileNumCompactionTrigger(settings.flushesJoined())
            .setLevel0SlowdownWritesTrigger(5 * settings.flushesJoined())
            .setLevel0StopWritesTrigger(9 * settings.flushesJoined())
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setEnableBlobFiles(true)
            .setMinBlobSize(MIN_APART)
            .setBlobFileSize(64 << 20)
            .setEnableBlobGarbageCollection(true)
            .setBlobGarbageCollectionAgeCutoff(0.25)
            .setBlobGarbageCollectionForceThreshold(0.5)
            .setKeepLogFileNum(2)
            .setMaxLogFileSize(1 << 20)
            .setRecycleLogFileNum(2)
            .setTableFormatConfig(table);
    synced = own(new WriteOptions().setSync(true));
    unsynced = own(new WriteOptions().setSync(false));
    try {
      openDatabase();
    } catch (IOException e) {
      closeOwned();
      throw e;
    }
    checkFormat(directory);
  }

  /** Nobody may touch native memory that is given back, not even when opening anew fails. */
  private void closeDatabase() {
    if (database != null) {
      database.close();
      database = null;
    }
  }

  private void openDatabase() throws IOException {
    try {
      database = RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      throw new IOException(
          "cannot open the object store's rows in " + directory + ": " + e.getMessage(), e);
    }
  }

  /**
   * The failure of a write, if one failed: RocksDB takes no more of them then, while rows can still
   * be read.
   */
  Optional<RuntimeException> broken() {
    return broken;
  }

  /** Grows each time the rows are opened anew. */
  long life() {
    return life.get();
  }

  /**
   * Opens the rows anew after a failed write. What the log holds counts; whether that includes the
   * write that failed, only the rows tell: so whoever remembers rows looks again.
   */
  void revive(Runnable lookAgain) {
    alone.lock();
    try {
      if (broken.isPresent() && !closed) {
        closeDatabase();
        openDatabase();
        life.incrementAndGet();
        lookAgain.run();
        broken = Optional.empty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      alone.unlock();
    }
  }

  /**
   * Takes a store of an earlier format over: its rows are read as they are, and what is written
   * from here on only this program understands, which the number says before the first such row.
   */
  private void checkFormat(Path directory) throws IOException {
    byte[] key = RowKey.store("format");
    String format = get(key).map(bytes -> new String(bytes, StandardCharsets.US_ASCII)).orElse("0");
    if (format.equals(Integer.toString(FORMAT))) {
      return;
    }
    if (!format.equals("0") && !format.equals(Integer.toString(FIRST_FORMAT))) {
      close();
      throw new IOException(
          directory
              + " is of format "
              + format
              + ", which a later version of this program wrote; this one reads formats "
              + FIRST_FORMAT
              + " to "
              + FORMAT);
    }
    RowBatch batch = new RowBatch();
    batch.put(key, Integer.toString(FORMAT).getBytes(StandardCharsets.US_ASCII));
    commit(batch);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  /**
   * Rows in native memory must not be touched after they are closed: whoever reads or writes holds
   * this lock shared, closing takes it alone.
   */
  private <T> T whileOpen(Access<T> access) {
    inUse.lock();
    try {
      checkOpen();
      return access.run();
    } catch (RocksDBException e) {
      throw failure(e);
    } finally {
      inUse.unlock();
    }
  }

  @FunctionalInterface
  private interface Access<T> {
    T run() throws RocksDBException;
  }

  boolean closed() {
    return closed;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the object store is closed");
    }
    if (database == null) {
      throw new IllegalStateException("the object store's rows could not be opened again yet");
    }
  }

  Optional<byte[]> get(byte[] key) {
    return whileOpen(() -> Optional.ofNullable(database.get(key)));
  }

  /** Returns when the batch is on disk: this is the moment a write becomes true. */
  void commit(RowBatch batch) {
    write(batch, synced);
  }

  /** Visible at once, on disk only after {@link #sync}. */
  void commitUnsynced(RowBatch batch) {
    write(batch, unsynced);
  }

  void sync() {
    whileOpen(
        () -> {
          try {
            database.syncWal();
          } catch (RocksDBException e) {
            broken = Optional.of(failure(e));
            throw e;
          }
          return true;
        });
  }

  private void write(RowBatch batch, WriteOptions how) {
    whileOpen(
        () -> {
          if (!batch.fits(life.get())) {
            throw new IllegalStateException("the rows were opened anew meanwhile; try again");
          }
          try (WriteBatch rows = new WriteBatch(batch.encoded())) {
            database.write(how, rows);
          } catch (RocksDBException e) {
            broken = Optional.of(failure(e));
            throw e;
          }
          return true;
        });
  }

  /**
   * The rows whose keys start with the prefix, as they are now; to be closed by the thread that
   * asked.
   */
  Cursor cursor(byte[] prefix) {
    inUse.lock();
    try {
      checkOpen();
      return new Cursor(database, prefix, inUse);
    } catch (RuntimeException e) {
      inUse.unlock();
      throw e;
    }
  }

  /** Walks over rows in order. */
  static final class Cursor implements AutoCloseable {
    private final Slice end;
    private final ReadOptions options;
    private final RocksIterator rows;
    private final Lock inUse;

    private Cursor(RocksDB database, byte[] prefix, Lock inUse) {
      this.inUse = inUse;
      end = new Slice(RowKey.after(prefix));
      options = new ReadOptions().setIterateUpperBound(end);
      rows = database.newIterator(options);
      rows.seek(prefix);
    }

    boolean valid() {
      if (rows.isValid()) {
        return true;
      }
      try {
        rows.status();
      } catch (RocksDBException e) {
        throw failure(e);
      }
      return false;
    }

    byte[] key() {
      return rows.key();
    }

    byte[] value() {
      return rows.value();
    }

    void next() {
      rows.next();
    }

    void seek(byte[] key) {
      rows.seek(key);
    }

    void previous() {
      rows.prev();
    }

    @Override
    public void close() {
      rows.close();
      options.close();
      end.close();
      inUse.unlock();
    }
  }

  private static RuntimeException failure(RocksDBException e) {
    if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption) {
      return new StoreException(
          StoreException.Reason.DAMAGED, "the object store's rows are damaged: " + e.getMessage());
    }
    if (e.getStatus() != null && e.getStatus().getSubCode() == Status.SubCode.NoSpace) {
      return Space.full();
    }
    return new IllegalStateException("the object store's rows failed: " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    alone.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (database != null) {
        database.closeE();
      }
      closeOwned();
    } catch (RocksDBException e) {
      throw new IOException("closing the object store's rows failed: " + e.getMessage(), e);
    } finally {
      alone.unlock();
    }
  }

  private void closeOwned() throws IOException {
    for (int at = owned.size() - 1; at >= 0; at--) {
      try {
        owned.get(at).close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
