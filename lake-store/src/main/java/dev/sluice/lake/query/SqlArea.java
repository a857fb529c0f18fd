package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Workers;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

/** SQL over HTTP: {@code POST /api/v1/sql} with {@code {"sql": "…"}}. */
public final class SqlArea implements Area {
  private static final String PATH = "/api/v1/sql";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Function<String, QueryEngine> engines;
  private final Workers workers;

  /**
   * @param engines the engine as a caller sees it, who may not read every table
   */
  public SqlArea(Function<String, QueryEngine> engines, Workers workers) {
    this.engines = engines;
    this.workers = workers;
  }

  @Override
  public boolean owns(String path) {
    return path.equals(PATH);
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    if (!call.method().equals("POST")) {
      return malformed(405, PATH + " takes POST with {\"sql\": \"…\"}");
    }
    if (!call.query().isEmpty()) {
      return malformed(400, PATH + " takes no query parameters");
    }
    JsonNode request;
    try {
      request = JSON.readTree(call.body().getBytes());
    } catch (JacksonException notJson) {
      return malformed(400, "the body is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException impossible) {
      return malformed(400, "the body cannot be read");
    }
    if (!request.path("sql").isTextual() || request.size() != 1) {
      return malformed(400, "send {\"sql\": \"SELECT …\"} and nothing else");
    }
    QueryOutcome outcome = engines.apply(call.caller()).run(request.path("sql").textValue());
    if (outcome instanceof QueryOutcome.Refused refused) {
      QueryOutcome.Reason reason = refused.reason();
      return Reply.error(reason.status(), reason.type(), refused.message());
    }
    QueryOutcome.Answered answered = (QueryOutcome.Answered) outcome;
    return new Reply(200, Map.of(), Buffer.buffer(answered.json()));
  }

  private static Reply malformed(int status, String message) {
    return Reply.error(status, "BadRequestException", message);
  }
}
