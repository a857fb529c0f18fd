package dev.sluice.ingest.intake;

import dev.sluice.ingest.spool.Spool;
import dev.sluice.ingest.spool.SpoolReplay;
import dev.sluice.ingest.spool.SpooledEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log did not take goes into the spool, and its results say so. */
final class Spooling {
  private static final Logger LOG = LoggerFactory.getLogger(Spooling.class);

  private final Spool spool;
  private final SpoolReplay replay;

  Spooling(Spool spool, SpoolReplay replay) {
    this.spool = spool;
    this.replay = replay;
  }

  void start() {
    replay.start();
  }

  /** Whether events wait: later ones wait behind them, or they would overtake. */
  boolean goesFirst() {
    return !spool.empty();
  }

  /** The results, once what the log did not take is kept; as they were when there is no room. */
  List<EventResult> keep(Batch batch, List<EventResult> results) {
    List<SpooledEvent> missing = new ArrayList<>();
    List<EventResult> kept = new ArrayList<>(results.size());
    for (EventResult result : results) {
      Optional<SpooledEvent> event = batch.remembered(result.index());
      boolean untaken =
          result instanceof EventResult.Undecided
              || (result instanceof EventResult.Refusal refusal
                  && refusal.reason().equals(EventResult.UNAVAILABLE));
      if (untaken && event.isPresent()) {
        missing.add(event.get());
        kept.add(new EventResult.Spooled(result.index()));
      } else {
        kept.add(result);
      }
    }
    try {
      return missing.isEmpty() || spool.append(missing) ? kept : results;
    } catch (IOException e) {
      LOG.error("the spool cannot be written", e);
      return results;
    }
  }

  void stopReplay(Duration patience) throws InterruptedException {
    replay.stop(patience);
  }

  void close() {
    try {
      spool.close();
    } catch (IOException e) {
      LOG.warn("the spool cannot be closed", e);
    }
  }
}
