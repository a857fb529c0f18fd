package dev.sluice.lake.object;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way by which rows change. Changes that wait while others are written to disk are written
 * together after them: one write, one sync for all. Each change gets the next sequence number, and
 * changes become visible in the order of their numbers. Who finds nobody writing writes at once,
 * for itself and for whoever has come by then; those who come while it does are written by threads
 * kept for that, so that nobody has to wait awake for somebody else's change.
 */
final class Commits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  /** So many who wait are served together at most. */
  private static final int GROUP = 256;

  /** One to write while the other tells those whose changes it has written. */
  private static final int SUCCESSORS = 2;

  private final Rows rows;
  private final Sequence sequence;
  private final Settling settling;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final Crowd crowd = new Crowd();
  private final ExecutorService successors;
  private boolean led;
  private int leading;

  Commits(Rows rows, Sequence sequence, Settling settling) {
    this.rows = rows;
    this.sequence = sequence;
    this.settling = settling;
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            SUCCESSORS,
            SUCCESSORS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Commits::thread,
            // Closed meanwhile: whoever hands over goes on, so that those who wait get an answer.
            (lead, closed) -> lead.run());
    // Later there may be no more threads to be had.
    threads.prestartAllCoreThreads();
    this.successors = threads;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sluice-commits");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * A change of rows. It may run on another thread than the one that asked for it, so it takes no
   * locks and decides nothing: whoever asks holds the locks and has decided.
   */
  @FunctionalInterface
  interface Change {
    void write(long sequence, RowBatch batch);
  }

  /** What has to happen with bytes around the commit of the rows that name them. */
  interface Settling {
    /** Before the rows are written: syncs the bytes they will name. */
    void sync(List<Extent> named);

    /** Adds what is to be remembered of bytes that got and lost owners with this batch. */
    void account(RowBatch batch);

    /**
     * After the rows are on disk, or at least written: these bytes have no owner any more.
     *
     * @param life of the rows in which that was written
     */
    void freed(Durability level, long life, List<Extent> extents);

    /** Something was written that is to be on disk before long. */
    void unsynced();

    /** Refuses while rows that could not be written before cannot be written now either. */
    void requireSpace();

    /** A batch was accounted for and is not written: the rows are as they were before it. */
    void unwritten();

    /** The rows may be other than was thought: what was not synced may be gone, or come back. */
    void reopened();
  }

  /** Hears what became of a change, on whichever thread wrote it. Never blocks for long. */
  interface Asker {
    /** The change is as durable as was asked for; the number of the last of it. */
    void committed(long number);

    /** It was not made, or it is not known whether it was. */
    void failed(RuntimeException why);
  }

  private static final class Waiting {
    private final Durability level;
    private final List<Change> changes;
    private final Asker asker;
    private List<Extent> freed = List.of();
    private RuntimeException failure;
    private long number;
    private long life;

    Waiting(Durability level, List<Change> changes, Asker asker) {
      this.level = level;
      this.changes = changes;
      this.asker = asker;
    }
  }

  /** Returns when the change is as durable as asked for; its sequence number. */
  long commit(Durability level, Change change) {
    return commitAll(level, List.of(change));
  }

  /**
   * Commits all changes in one write, each with a sequence number of its own; the number of the
   * last.
   */
  long commitAll(Durability level, List<Change> changes) {
    Sleeper sleeper = new Sleeper();
    submit(level, changes, sleeper);
    return sleeper.await();
  }

  /** As {@link #commitAll}, but returns as soon as somebody else will see to it. */
  void submit(Durability level, List<Change> changes, Asker asker) {
    boolean leads;
    boolean full;
    synchronized (queue) {
      queue.add(new Waiting(level, changes, asker));
      leads = !led;
      led = true;
      leading += leads ? 1 : 0;
      full = crowd.reached(queue.size());
    }
    if (full) {
      crowd.gathered();
    }
    if (leads) {
      lead();
    }
  }

  /** What was committed before is on disk when this returns. */
  void sync() {
    rows.sync();
  }

  private void lead() {
    try {
      leadOne();
    } finally {
      synchronized (queue) {
        leading--;
        queue.notifyAll();
      }
    }
  }

  private void leadOne() {
    Group group = new Group();
    boolean written = false;
    try {
      crowd.await(this::waiting);
      gather(group);
      long life = rows.life();
      group.batch.boundTo(life);
      group.members.forEach(each -> each.life = life);
      if (rows.broken().isPresent()) {
        throw rows.broken().get();
      }
      group.build(sequence);
      long begin = System.nanoTime();
      write(group);
      crowd.wrote(group.members.size(), System.nanoTime() - begin);
      written = true;
      group.batch.written();
    } catch (RuntimeException e) {
      group.fail(e);
    } finally {
      if (!written) {
        sequence.failed();
        group.fail(new IllegalStateException("the object store's rows could not be written"));
        lookAgain();
      }
      boolean handedOver = handOver();
      group.members.forEach(this::tell);
      if (!handedOver) {
        lead();
      }
    }
  }

  private void tell(Waiting member) {
    try {
      if (member.failure == null) {
        settling.freed(member.level, member.life, member.freed);
        member.asker.committed(member.number);
      } else {
        member.asker.failed(member.failure);
      }
    } catch (RuntimeException | Error e) {
      // The others have to hear of theirs.
      LOG.error("what came of a change could not be told", e);
    }
  }

  /** Where the rows are broken, whoever mends them looks, when nobody else is at them. */
  private void lookAgain() {
    try {
      if (rows.broken().isEmpty()) {
        settling.unwritten();
      }
    } catch (RuntimeException | Error e) {
      // It is looked at once more before the next change.
      LOG.warn("the store's rows could not be read after a failed write: {}", e.toString());
    }
  }

  /**
   * Lets the next group be written before this one's members are told: that takes its time. Not
   * where no thread can be had for it.
   */
  private boolean handOver() {
    boolean more;
    synchronized (queue) {
      more = !queue.isEmpty();
      led = more;
      leading += more ? 1 : 0;
    }
    if (more) {
      try {
        successors.execute(this::lead);
      } catch (RuntimeException | Error e) {
        LOG.error("no thread could be had to write the next changes", e);
        return false;
      }
    }
    return true;
  }

  /** What is written together. */
  private static final class Group {
    private final List<Waiting> members = new ArrayList<>();
    private final RowBatch batch = new RowBatch();
    private final List<Extent> named = new ArrayList<>();

    void fail(RuntimeException e) {
      members.stream().filter(each -> each.failure == null).forEach(each -> each.failure = e);
    }

    boolean has(Durability level) {
      return members.stream().anyMatch(each -> each.level == level);
    }

    /** Has the members add their changes, each with the next number. */
    void build(Sequence sequence) {
      long number = sequence.next();
      for (Waiting each : members) {
        number = add(each, number);
      }
      sequence.take(number);
    }

    private long add(Waiting member, long first) {
      RowBatch.Mark mark = batch.mark();
      long number = first;
      try {
        for (Change each : member.changes) {
          each.write(number++, batch);
        }
      } catch (RuntimeException e) {
        batch.backTo(mark);
        member.failure = e;
        return first;
      }
      if (member.level == Durability.SYNC) {
        named.addAll(batch.ownedSince(mark));
      }
      member.freed = batch.freedSince(mark);
      member.number = number - 1;
      return number;
    }
  }

  /**
   * After a failed write the rows are opened anew, as soon as there is space again. Called under
   * the lock of what is to change, before it is looked at: a write that failed may have happened.
   */
  void mend() {
    if (rows.broken().isPresent()) {
      settling.requireSpace();
      rows.revive(
          () -> {
            sequence.decided();
            settling.reopened();
          });
    }
  }

  /** Returns when everybody has been told, also by those who lead on threads of their own. */
  @Override
  public void close() {
    successors.shutdown();
    boolean interrupted = false;
    synchronized (queue) {
      while (leading > 0) {
        try {
          queue.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    while (!successors.isTerminated()) {
      try {
        successors.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int waiting() {
    synchronized (queue) {
      return queue.size();
    }
  }

  private void gather(Group group) {
    synchronized (queue) {
      while (!queue.isEmpty() && group.members.size() < GROUP) {
        group.members.add(queue.poll());
      }
    }
  }

  private void write(Group group) {
    if (group.batch.isEmpty()) {
      return;
    }
    settling.sync(group.named);
    settling.account(group.batch);
    if (sequence.reserve(group.batch) || group.has(Durability.SYNC)) {
      rows.commit(group.batch);
    } else {
      rows.commitUnsynced(group.batch);
    }
    sequence.written();
    if (group.has(Durability.BATCH)) {
      settling.unsynced();
    }
  }
}
