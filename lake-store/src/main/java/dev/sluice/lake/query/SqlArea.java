package dev.sluice.lake.query;

import dev.sluice.lake.http.Answer;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Outlet;
import dev.sluice.lake.http.RefusedCallException;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Streamed;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.query.QueryOutcome.Refused;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** SQL over HTTP: {@code POST /api/v1/sql} with {@code {"sql": "…"}}. */
public final class SqlArea implements Area {
  static final String PATH = "/api/v1/sql";

  private final Function<String, QueryEngine> engines;
  private final QuerySettings settings;
  private final Spool spool;
  private final QueryListArea list;
  private final Workers workers;

  /**
   * @param list knows what is under way
   * @param engines the engine as a caller sees it, who may not read every table
   */
  public SqlArea(
      Function<String, QueryEngine> engines,
      QuerySettings settings,
      Spool spool,
      QueryListArea list,
      Workers workers) {
    this.engines = engines;
    this.settings = settings;
    this.spool = spool;
    this.list = list;
    this.workers = workers;
  }

  @Override
  public boolean owns(String path) {
    return path.equals(PATH);
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route("POST", PATH), new Route("GET", PATH));
  }

  @Override
  public Workers workers() {
    return workers;
  }

  /** To look at what is under way does not wait for it. */
  @Override
  public Workers workers(Call call) {
    return call.method().equals("POST") ? workers : list.workers();
  }

  @Override
  public Answer answer(Call call) {
    if (!call.method().equals("POST")) {
      return list.answer(call);
    }
    SqlRequest request;
    try {
      request = SqlRequest.of(call, settings, list.queries()::nextId);
    } catch (RefusedCallException refused) {
      return refused.reply();
    }
    return new Streamed(
        request.format().contentType(),
        Map.of(SqlRequest.ID_HEADER, request.id()),
        settings.stall(),
        out -> ask(engines.apply(call.caller()), request, out));
  }

  private void ask(QueryEngine engine, SqlRequest request, Outlet out)
      throws IOException, RefusedCallException {
    Optional<Refused> refused;
    try (RunningQuery running = list.queries().begin(request, out::waitedNanos)) {
      out.whenGone(() -> running.stop(Reason.CANCELLED, "the client hung up"));
      if (request.format() == AnswerFormat.PARQUET) {
        try (FileDelivery delivery = new FileDelivery(request, settings, running, out, spool)) {
          refused = engine.run(request, delivery);
        }
      } else {
        RowDelivery delivery = new RowDelivery(request, settings, running, out);
        refused = engine.run(request, delivery);
        if (refused.isPresent() && out.begun()) {
          delivery.failed(refused.get());
        }
      }
    } catch (RefusedQueryException taken) {
      refused = Optional.of(taken.outcome());
    }
    if (refused.isPresent()) {
      Reason reason = refused.get().reason();
      throw new RefusedCallException(
          Reply.error(reason.status(), reason.type(), refused.get().message()));
    }
  }
}
