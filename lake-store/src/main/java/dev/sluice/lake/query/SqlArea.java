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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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

  /**
   * Asks as by HTTP, for somebody with a thread of its own, which waits: the query takes its turn
   * with all others, on their workers.
   *
   * @return how it was refused, if it was
   */
  public Optional<Reply> ask(Call call, Outlet out) throws IOException {
    FutureTask<Optional<Reply>> asked = new FutureTask<>(() -> asked(call, out));
    if (!workers.offer(asked)) {
      return Optional.of(
          Reply.error(429, "TooManyRequestsException", "too many queries wait; ask again later"));
    }
    try {
      return asked.get();
    } catch (InterruptedException ending) {
      asked.cancel(false);
      Thread.currentThread().interrupt();
      throw new IOException("the query is not waited for", ending);
    } catch (ExecutionException failed) {
      throw new IOException("the query failed", failed.getCause());
    }
  }

  private Optional<Reply> asked(Call call, Outlet out) throws IOException {
    Answer answer = answer(call);
    if (answer instanceof Reply reply) {
      return Optional.of(reply);
    }
    try {
      ((Streamed) answer).script().write(out);
      return Optional.empty();
    } catch (RefusedCallException refused) {
      return Optional.of(refused.reply());
    }
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
