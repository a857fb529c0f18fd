package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.query.RunningQuery.Reader;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The queries under way; there are as many at most as there are threads for them. */
final class RunningQueries {
  private final Map<String, RunningQuery> running = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final QuerySettings settings;
  private final InstantSource time;
  private final ScheduledThreadPoolExecutor clock;

  // A query is interrupted by one thread at a time, so there are never more than queries.
  private final ExecutorService interrupts =
      Executors.newCachedThreadPool(work -> daemon(work, "sql-interrupt"));

  RunningQueries(QuerySettings settings, InstantSource time) {
    this.settings = settings;
    this.time = time;
    this.clock = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "sql-clock"));
    clock.setRemoveOnCancelPolicy(true);
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** An id for a query whose caller names none: no other has it, also not after a restart. */
  String nextId() {
    return Long.toString(time.millis(), 36) + "-" + numbers.incrementAndGet();
  }

  /** Begins a query; its end is told by closing it. */
  RunningQuery begin(SqlRequest request, Reader reader) throws RefusedQueryException {
    RunningQuery query =
        new RunningQuery(
            request,
            settings,
            time.instant(),
            reader,
            clock,
            interrupts,
            () -> running.remove(request.id()));
    RunningQuery other = running.putIfAbsent(request.id(), query);
    if (other != null) {
      query.abandon();
      throw new RefusedQueryException(
          Reason.CANCELLED, "a query with the id " + request.id() + " is under way already");
    }
    return query;
  }

  /** Those that a caller may see, the oldest first. */
  List<RunningQuery> seenBy(Caller caller) {
    return running.values().stream()
        .filter(caller::sees)
        .sorted(Comparator.comparing(RunningQuery::since))
        .toList();
  }

  /** Cancels a query; whether there is one that the caller may see. */
  boolean cancel(String id, Caller caller) {
    RunningQuery query = running.get(id);
    if (query == null || !caller.sees(query)) {
      return false;
    }
    query.stop(Reason.CANCELLED, "the query was cancelled");
    return true;
  }

  void stop() throws InterruptedException {
    clock.shutdownNow();
    clock.awaitTermination(10, TimeUnit.SECONDS);
    interrupts.shutdown();
    interrupts.awaitTermination(10, TimeUnit.SECONDS);
  }

  /** Who asks for what is under way. */
  record Caller(String name, String owner) {
    boolean sees(RunningQuery query) {
      return name.equals(owner) || query.caller().equals(name);
    }
  }
}
