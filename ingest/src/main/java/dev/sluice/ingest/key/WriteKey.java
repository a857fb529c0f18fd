package dev.sluice.ingest.key;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A known key: the streams it is for, and what it may still send. Any thread may ask. */
public final class WriteKey {
  private final String name;
  private final Scope scope;
  private final Allowance allowance;
  private final Use use;
  private final InstantSource clock;
  private Spending spending;

  /** Where a key may be shown, and what for. */
  enum Use {
    /** For all streams, and for all that can be changed besides. */
    EVERYTHING,
    /** To send events, in a header. */
    EVENTS,
    /** To send events, also in a URL. */
    BROWSER
  }

  WriteKey(String name, Scope scope, Allowance allowance, Use use, InstantSource clock) {
    this.name = name;
    this.scope = scope;
    this.allowance = allowance;
    this.use = use;
    this.clock = clock;
    this.spending = Spending.none(allowance, clock.instant());
  }

  /** What people call it; never the key itself. */
  public String name() {
    return name;
  }

  /** Whether it is for the stream. */
  public boolean opens(String stream) {
    return scope.covers(stream);
  }

  /** The streams it is for, as they were declared. */
  public List<String> streams() {
    return scope.globs();
  }

  /** Whether it also opens what is no stream: only the one key for everything does. */
  public boolean opensEverything() {
    return use == Use.EVERYTHING;
  }

  /** Whether it counts when it is shown in a URL. */
  public boolean worksInUrl() {
    return use == Use.BROWSER;
  }

  /** Takes so many events from the allowance, all or none. */
  public Ruling take(int events) {
    return decide(events, true);
  }

  /** What {@link #take} of one event would say; takes nothing. */
  public Ruling look() {
    return decide(1, false);
  }

  /** Gives back events that were granted at that time and then not taken by the log. */
  public void giveBack(int events, Instant granted) {
    if (!unlimited()) {
      synchronized (this) {
        spending = spending.giveBack(allowance, granted, clock.instant(), events);
      }
    }
  }

  public Remaining remaining() {
    synchronized (this) {
      return spending.remaining(allowance, clock.instant());
    }
  }

  private Ruling decide(int events, boolean taking) {
    if (unlimited()) {
      return new Ruling.Granted(spending().remaining(allowance, clock.instant()));
    }
    synchronized (this) {
      Spending.Decided decided = spending.take(allowance, clock.instant(), events);
      if (taking) {
        spending = decided.next();
      }
      return decided.ruling();
    }
  }

  private synchronized Spending spending() {
    return spending;
  }

  private boolean unlimited() {
    return allowance.equals(Allowance.UNLIMITED);
  }
}
