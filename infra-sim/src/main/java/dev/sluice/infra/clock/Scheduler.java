package dev.sluice.infra.clock;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that events can be laid in. May be called by any thread; events run one at a time and in
 * order, an overdue one as soon as it can.
 */
public interface Scheduler extends InstantSource {
  void at(Instant when, Runnable event);
}
