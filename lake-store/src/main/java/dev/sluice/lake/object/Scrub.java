package dev.sluice.lake.object;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every byte of every version, in the order of their rows, so that damage is found before a
 * reader needs the bytes. It holds no lock while it reads, keeps no row cursor open for long, and
 * pins only the version it is at, so neither readers nor writers nor those who make room wait for
 * it. Where it is, it remembers over restarts.
 */
public final class Scrub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
  private static final int PAGE = 64;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final long SAVE_EVERY = 1024;

  private final Rows rows;
  private final Commits commits;
  private final Objects objects;
  private final Guard guard;
  private final Quarantine quarantine;
  private final ScrubSettings settings;
  private final InstantSource clock;
  private final Lock walking = new ReentrantLock();
  private final AtomicLong versions = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong passes = new AtomicLong();
  private final Optional<Rounds> rounds;

  Scrub(
      Rows rows,
      Commits commits,
      Objects objects,
      Guard guard,
      Quarantine quarantine,
      ScrubSettings settings,
      InstantSource clock) {
    this.rows = rows;
    this.commits = commits;
    this.objects = objects;
    this.guard = guard;
    this.quarantine = quarantine;
    this.settings = settings;
    this.clock = clock;
    Duration tenth = settings.interval().dividedBy(10);
    Duration pause = tenth.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : tenth;
    this.rounds =
        settings.rate().bytes() == 0
            ? Optional.empty()
            : Optional.of(new Rounds("sluice-scrub", pause, this::round));
  }

  void start() {
    rounds.ifPresent(Rounds::start);
  }

  /**
   * What was done since the store was opened: versions and bytes read, damage found, whole walks.
   */
  public record Progress(long versions, long bytes, long damaged, long passes) {}

  public Progress progress() {
    return new Progress(versions.get(), bytes.get(), damaged.get(), passes.get());
  }

  /** Walks over the whole store now, as fast as it can be read; the damage there is. */
  public List<Damage> run() {
    List<Damage> found = new ArrayList<>();
    walking.lock();
    try {
      Optional<byte[]> at = Optional.of(RowKey.kind(RowKey.VERSION));
      while (at.isPresent()) {
        at = page(at.get(), BlockReader.Pace.NONE, found);
      }
      passes.incrementAndGet();
    } finally {
      walking.unlock();
    }
    return found;
  }

  /** Begins a walk when it is time, or goes on with the one that was under way. */
  private void round(Rounds thread) {
    Mark mark = mark();
    if (mark.next().isEmpty() && clock.instant().isBefore(mark.begun().plus(settings.interval()))) {
      return;
    }
    Instant begun = mark.next().isEmpty() ? clock.instant() : mark.begun();
    Optional<byte[]> at = mark.next().or(() -> Optional.of(RowKey.kind(RowKey.VERSION)));
    BlockReader.Pace pace = pace(thread);
    List<Damage> found = new ArrayList<>();
    long since = 0;
    while (at.isPresent() && !thread.ended()) {
      walking.lock();
      try {
        at = page(at.get(), pace, found);
      } catch (CancellationException closing) {
        break;
      } finally {
        walking.unlock();
      }
      since += PAGE;
      if (since >= SAVE_EVERY) {
        since = 0;
        save(new Mark(begun, at));
      }
    }
    save(new Mark(begun, at));
    if (at.isEmpty()) {
      passes.incrementAndGet();
      LOG.info("every object was read; versions found damaged: {}", found.size());
    }
  }

  /** Lets no more bytes through in a second than the settings say. */
  private BlockReader.Pace pace(Rounds thread) {
    double nanosPerByte = 1e9 / settings.rate().bytes();
    return read -> {
      if (!thread.pause((long) (read * nanosPerByte))) {
        throw new CancellationException();
      }
    };
  }

  /** Reads the versions of some rows, from one on; where to go on, unless that was the last. */
  private Optional<byte[]> page(byte[] from, BlockReader.Pace pace, List<Damage> found) {
    List<byte[]> keys = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.VERSION))) {
      cursor.seek(from);
      for (; cursor.valid() && keys.size() < PAGE; cursor.next()) {
        keys.add(cursor.key());
      }
    }
    for (byte[] each : keys) {
      inspect(each, pace, found);
    }
    if (keys.size() < PAGE) {
      return Optional.empty();
    }
    byte[] last = keys.get(keys.size() - 1);
    return Optional.of(Arrays.copyOf(last, last.length + 1));
  }

  private void inspect(byte[] row, BlockReader.Pace pace, List<Damage> found) {
    String bucket = RowKey.bucketOfVersion(row);
    Optional<OpenObject> there = objects.openRow(bucket, row);
    if (there.isEmpty()) {
      return;
    }
    try (OpenObject object = there.get()) {
      ObjectVersion version = object.version();
      BlockReader.Pace counting =
          read -> {
            bytes.addAndGet(read);
            pace.read(read);
          };
      Optional<Damage> damage = guard.inspect(bucket, version, counting);
      versions.incrementAndGet();
      if (damage.isPresent()) {
        damaged.incrementAndGet();
        found.add(damage.get());
      } else if (quarantine.find(bucket, version).isPresent()) {
        quarantine.release(bucket, version);
      }
    }
  }

  /** When a walk began, and the row it is at; none when it is over. */
  private record Mark(Instant begun, Optional<byte[]> next) {}

  private Mark mark() {
    Optional<byte[]> row = rows.get(RowKey.store("scrub"));
    if (row.isEmpty()) {
      return new Mark(Instant.EPOCH, Optional.empty());
    }
    RowReader in = HistoryCodec.reader(row.get());
    Instant begun = Instant.ofEpochMilli(in.number());
    byte[] next = in.bytes();
    return new Mark(begun, next.length == 0 ? Optional.empty() : Optional.of(next));
  }

  private void save(Mark mark) {
    byte[] next = mark.next().orElse(new byte[0]);
    byte[] row =
        new RowWriter(2, 64).number(mark.begun().toEpochMilli()).bytes(next, next.length).row();
    commits.commit(Durability.NONE, (number, batch) -> batch.put(RowKey.store("scrub"), row));
  }

  @Override
  public void close() {
    rounds.ifPresent(Rounds::close);
  }
}
