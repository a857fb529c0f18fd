package dev.sluice.lake.object;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way by which rows change. Changes that wait while others are written to disk are written
 * together after them: one write, one sync for all. Each change gets the next sequence number, and
 * changes become visible in the order of their numbers. Who waits first writes for the others, so
 * there is no thread of its own.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  /** So many who wait are served together at most. */
  private static final int GROUP = 256;

  private final Rows rows;
  private final Sequence sequence;
  private final Settling settling;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final Crowd crowd = new Crowd();
  private boolean led;

  Commits(Rows rows, Sequence sequence, Settling settling) {
    this.rows = rows;
    this.sequence = sequence;
    this.settling = settling;
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

    /** After the rows are on disk, or at least written: these bytes have no owner any more. */
    void freed(Durability level, List<Extent> extents);

    /** Something was written that is to be on disk before long. */
    void unsynced();

    /** Refuses while rows that could not be written before cannot be written now either. */
    void requireSpace();

    /** The rows may be other than was thought: a batch was not, or perhaps not, written. */
    void failed();
  }

  private enum State {
    QUEUED,
    LEADS,
    DONE
  }

  private static final class Waiting {
    private final Thread owner = Thread.currentThread();
    private final Durability level;
    private final List<Change> changes;
    private volatile State state = State.QUEUED;
    private List<Extent> freed = List.of();
    private RuntimeException failure;
    private long number;

    Waiting(Durability level, List<Change> changes) {
      this.level = level;
      this.changes = changes;
    }

    void become(State next) {
      state = next;
      if (owner != Thread.currentThread()) {
        LockSupport.unpark(owner);
      }
    }

    void await() {
      boolean interrupted = false;
      while (state == State.QUEUED) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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
    Waiting mine = new Waiting(level, changes);
    boolean leads;
    boolean full;
    synchronized (queue) {
      queue.add(mine);
      leads = !led;
      led = true;
      full = crowd.reached(queue.size());
    }
    if (full) {
      crowd.gathered();
    }
    if (!leads) {
      mine.await();
    }
    if (leads || mine.state == State.LEADS) {
      lead();
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
    settling.freed(level, mine.freed);
    return mine.number;
  }

  /** What was committed before is on disk when this returns. */
  void sync() {
    rows.sync();
  }

  private void lead() {
    Group group = new Group();
    boolean written = false;
    try {
      crowd.await(this::waiting);
      gather(group);
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
        group.fail(new IllegalStateException("the object store's rows could not be written"));
        lookAgain();
      }
      handOver();
      group.members.forEach(each -> each.become(State.DONE));
    }
  }

  private void lookAgain() {
    try {
      settling.failed();
    } catch (RuntimeException e) {
      // It is looked at once more before the next change.
      LOG.warn("the store's rows could not be read after a failed write: {}", e.toString());
    }
  }

  /** Lets the next group be written before this one's members are told: that takes its time. */
  private void handOver() {
    Waiting next;
    synchronized (queue) {
      next = queue.peek();
      led = next != null;
    }
    if (next != null) {
      next.become(State.LEADS);
    }
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
      rows.revive(settling::failed);
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
