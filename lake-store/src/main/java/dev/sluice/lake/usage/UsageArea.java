package dev.sluice.lake.usage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.Reply;
import dev.sluice.lake.http.Route;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.name.Dotted;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The use of tables over HTTP, at {@code /api/v1/usage}. */
public final class UsageArea implements Area {
  private static final String PATH = "/api/v1/usage";
  private static final int MAX_DAYS = 3660;
  private static final int MAX_LINES = 1000;

  /** Who may read what. */
  public interface Access {
    boolean mayRead(String caller, String namespace, String name);
  }

  private final Usage usage;
  private final Access access;
  private final Workers workers;

  public UsageArea(Usage usage, Access access, Workers workers) {
    this.usage = usage;
    this.access = access;
    this.workers = workers;
  }

  @Override
  public boolean owns(String path) {
    return path.equals(PATH);
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route("GET", PATH, Set.of("table", "days", "limit")));
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Reply answer(Call call) {
    Optional<Integer> days = number(call, "days", Usage.RECENT_DAYS, MAX_DAYS);
    Optional<Integer> limit = number(call, "limit", 50, MAX_LINES);
    if (days.isEmpty() || limit.isEmpty()) {
      return wrong("days is between 1 and 3660, and limit between 1 and 1000");
    }
    String table = call.query().get("table");
    return table == null
        ? most(call, days.get(), limit.get())
        : one(call, table, days.get(), limit.get());
  }

  private Reply one(Call call, String table, int days, int limit) {
    String plain = table.startsWith("lake.") ? table.substring("lake.".length()) : table;
    int dot = plain.lastIndexOf('.');
    if (dot <= 0 || dot == plain.length() - 1) {
      return wrong("'" + table + "' is no table's name like gold.sessions");
    }
    String namespace = plain.substring(0, dot);
    String name = Dotted.plain(plain.substring(dot + 1));
    if (!access.mayRead(call.caller(), namespace, name)) {
      return Reply.error(403, "ForbiddenException", call.caller() + " may not read " + plain);
    }
    ObjectNode answer = page(call.caller(), namespace, name, days, limit);
    return Reply.json(200, answer);
  }

  /** A table's use, as its page in the book shows it. */
  public ObjectNode page(String caller, String namespace, String name, int days, int limit) {
    TableUse use =
        usage.of(
            namespace, name, days, limit, (space, each) -> access.mayRead(caller, space, each));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("id", "lake." + namespace + "." + Dotted.level(name));
    ArrayNode byDay = answer.putArray("days");
    for (TableUse.Day day : use.days()) {
      byDay
          .addObject()
          .put("day", day.day())
          .put("queries", day.queries())
          .put("loads", day.loads())
          .put("users", day.users());
    }
    ArrayNode users = answer.putArray("users");
    for (TableUse.User user : use.users()) {
      ObjectNode line = users.addObject().put("name", user.name());
      if (!user.engine().isEmpty()) {
        line.put("engine", user.engine());
      }
      line.put("queries", user.queries()).put("loads", user.loads());
      line.put("last", user.last().toString());
    }
    ArrayNode queries = answer.putArray("queries");
    for (TableUse.Query query : use.queries()) {
      queries
          .addObject()
          .put("text", query.text())
          .put("times", query.times())
          .put("meanMillis", query.meanMillis())
          .put("meanRows", query.meanRows())
          .put("lastUser", query.lastUser())
          .put("last", query.last().toString());
    }
    ArrayNode columns = answer.putArray("columns");
    for (TableUse.Column column : use.columns()) {
      columns
          .addObject()
          .put("name", column.name())
          .put("times", column.times())
          .put("last", column.last().toString());
    }
    return answer;
  }

  private Reply most(Call call, int days, int limit) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode tables = answer.putArray("tables");
    TableUse.Reader reader = (namespace, name) -> access.mayRead(call.caller(), namespace, name);
    for (TableUse.Line line : usage.most(days, limit, reader)) {
      tables
          .addObject()
          .put("id", "lake." + line.namespace() + "." + Dotted.level(line.name()))
          .put("queries", line.queries())
          .put("loads", line.loads())
          .put("users", line.users())
          .put("last", line.last().toString());
    }
    return Reply.json(200, answer);
  }

  private static Optional<Integer> number(Call call, String parameter, int standard, int most) {
    try {
      int number =
          Integer.parseInt(call.query().getOrDefault(parameter, Integer.toString(standard)));
      return number < 1 || number > most ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }

  private static Reply wrong(String message) {
    return Reply.error(400, "BadRequestException", message);
  }
}
