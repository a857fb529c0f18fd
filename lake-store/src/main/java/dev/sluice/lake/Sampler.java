package dev.sluice.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.book.Sampling;
import dev.sluice.lake.query.QueryEngine;
import dev.sluice.lake.query.QueryOutcome;
import java.util.Optional;
import java.util.function.Supplier;

/** SQL, as the book asks it for a few rows. */
final class Sampler implements Sampling {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<Optional<QueryEngine>> engine;

  /**
   * @param engine known once SQL runs
   */
  Sampler(Supplier<Optional<QueryEngine>> engine) {
    this.engine = engine;
  }

  @Override
  public Outcome ask(String caller, String sql) {
    Optional<QueryEngine> running = engine.get();
    if (running.isEmpty()) {
      return new Refused(503, "ServiceUnavailableException", "SQL is not up yet; try again");
    }
    QueryOutcome outcome = running.get().run(sql);
    if (outcome instanceof QueryOutcome.Refused refused) {
      QueryOutcome.Reason reason = refused.reason();
      return new Refused(reason.status(), reason.type(), refused.message());
    }
    try {
      return new Rows(JSON.readTree(((QueryOutcome.Answered) outcome).json()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
