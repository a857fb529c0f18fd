package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Gate;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import java.time.InstantSource;
import java.util.List;

/**
 * The queries under way: {@code GET /api/v1/sql} lists them, {@code DELETE /api/v1/sql/ID} cancels
 * one. The owner sees all, everybody else their own.
 */
public final class QueryListArea implements Area {
  private final RunningQueries queries;
  private final Workers workers;

  /**
   * @param workers others than those that answer queries, which may all be busy
   */
  public QueryListArea(QuerySettings settings, Workers workers, InstantSource time) {
    this.queries = new RunningQueries(settings, time);
    this.workers = workers;
  }

  RunningQueries queries() {
    return queries;
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith(SqlArea.PATH + "/");
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route("DELETE", SqlArea.PATH + "/{id}"));
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    RunningQueries.Caller caller = new RunningQueries.Caller(call.caller(), Gate.OWNER);
    if (call.path().equals(SqlArea.PATH)) {
      return list(caller);
    }
    String id = call.path().substring(SqlArea.PATH.length() + 1);
    return queries.cancel(id, caller)
        ? Reply.empty(204)
        : Reply.error(404, "NoSuchQueryException", "no query with the id " + id + " is under way");
  }

  private Reply list(RunningQueries.Caller caller) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode list = answer.putArray("queries");
    for (RunningQuery query : queries.seenBy(caller)) {
      list.addObject()
          .put("id", query.id())
          .put("caller", query.caller())
          .put("sql", query.sql())
          .put("since", query.since().toString())
          .put("elapsedMillis", query.elapsedMillis())
          .put("rows", query.rows().get());
    }
    return Reply.json(200, answer);
  }

  /** To be called when no query is under way any more. */
  public void stop() throws InterruptedException {
    queries.stop();
  }
}
