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
 * Reads every byte of every version, then of the parts of uploads under way and of what is staged,
 * in the order of their rows, so that damage is found before a reader needs the bytes. What nobody
 * can read yet is not put into quarantine but told in the log: should it become a version, its
 * first reader is refused. It holds no lock while it reads, keeps no row cursor open for long, and
 * pins only the version it is at, so neither readers nor writers nor those who make room wait for
 * it. Where it is, it remembers over restarts.
 */
public final class Scrub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
  private static final List<Character> KINDS =
      List.of(RowKey.VERSION, RowKey.UPLOAD, RowKey.STAGED);
  private static final int PAGE = 64;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final long LOOK_EVERY = 4 << 20;
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
      Optional<byte[]> at = Optional.of(RowKey.kind(KINDS.get(0)));
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
    Optional<byte[]> at = mark.next().or(() -> Optional.of(RowKey.kind(KINDS.get(0))));
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

  /** Reads what some rows name, from one on; where to go on, unless that was the last. */
  private Optional<byte[]> page(byte[] from, BlockReader.Pace pace, List<Damage> found) {
    List<byte[]> keys = new ArrayList<>();
    char kind = (char) from[0];
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(kind))) {
      cursor.seek(from);
      for (; cursor.valid() && keys.size() < PAGE; cursor.next()) {
        keys.add(cursor.key());
      }
    }
    for (byte[] each : keys) {
      if (kind == RowKey.VERSION) {
        inspectVersion(each, pace, found);
      } else if (kind == RowKey.UPLOAD) {
        inspectParts(each, pace, found);
      } else {
        tell(objects.openStaged(RowKey.bucketOfVersion(each), each), each, pace, found);
      }
    }
    if (keys.size() < PAGE) {
      return KINDS.stream().skip(KINDS.indexOf(kind) + 1).findFirst().map(RowKey::kind);
    }
    byte[] last = keys.get(keys.size() - 1);
    return Optional.of(Arrays.copyOf(last, last.length + 1));
  }

  private void inspectVersion(byte[] row, BlockReader.Pace pace, List<Damage> found) {
    String bucket = RowKey.bucketOfVersion(row);
    Optional<OpenObject> there = objects.openRow(bucket, row);
    if (there.isEmpty()) {
      return;
    }
    try (OpenObject object = there.get()) {
      ObjectVersion version = object.version();
      Optional<Damage> damage = guard.inspect(bucket, version, counting(row, pace));
      versions.incrementAndGet();
      if (damage.isPresent()) {
        damaged.incrementAndGet();
        found.add(damage.get());
      } else if (quarantine.find(bucket, version).isPresent()) {
        quarantine.release(bucket, version);
      }
    } catch (Vanished gone) {
      LOG.debug("a version was deleted while it was read");
    }
  }

  private void inspectParts(byte[] row, BlockReader.Pace pace, List<Damage> found) {
    Optional<Upload> upload = rows.get(row).map(RowCodec::upload);
    if (upload.isPresent()) {
      for (Part each : Uploads.allParts(rows, upload.get().id())) {
        byte[] part = RowKey.part(upload.get().id(), each.number());
        tell(objects.openPart(RowKey.bucketOfVersion(row), upload.get(), each), part, pace, found);
      }
    }
  }

  /** Reads what is no version yet, if it is there, and tells what is damaged. */
  private void tell(
      Optional<OpenObject> there, byte[] row, BlockReader.Pace pace, List<Damage> found) {
    if (there.isEmpty()) {
      return;
    }
    try (OpenObject object = there.get()) {
      Optional<Damage> damage =
          guard.inspect(object.bucket(), object.version(), counting(row, pace));
      if (damage.isPresent()) {
        damaged.incrementAndGet();
        found.add(damage.get());
        LOG.error("{}", damage.get().line());
      }
    } catch (Vanished gone) {
      LOG.debug("a part or a staged change went while it was read");
    }
  }

  private BlockReader.Pace counting(byte[] row, BlockReader.Pace pace) {
    return read -> {
      // What is deleted while it is read is let go, not held for as long as reading takes.
      if (bytes.addAndGet(read) / LOOK_EVERY != (bytes.get() - read) / LOOK_EVERY
          && rows.get(row).isEmpty()) {
        throw new Vanished();
      }
      pace.read(read);
    };
  }

  private static final class Vanished extends RuntimeException {
    private static final long serialVersionUID = 1L;
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
