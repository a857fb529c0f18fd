package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.ByteSize;
import dev.sluice.lake.http.Call;
import dev.sluice.lake.http.RefusedCallException;
import dev.sluice.lake.http.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One request for an answer, read and checked.
 *
 * @param parameters plain values for {@code ?} and {@code $1}
 * @param maxRows as the caller names it
 * @param timeout the caller's, or the setting's; never longer than that
 * @param memory the same of memory
 */
record SqlRequest(
    String id,
    String caller,
    String sql,
    List<JsonNode> parameters,
    AnswerFormat format,
    OptionalLong maxRows,
    Duration timeout,
    ByteSize memory) {
  static final String ID_HEADER = "x-sluice-query-id";

  private static final Set<String> FIELDS =
      Set.of("sql", "parameters", "format", "maxRows", "timeoutMillis", "memoryBytes");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final long LEAST_MEMORY = 16L << 20;
  private static final int MAX_PARAMETERS = 1000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  SqlRequest {
    parameters = List.copyOf(parameters);
  }

  static SqlRequest of(Call call, QuerySettings settings, Supplier<String> ids)
      throws RefusedCallException {
    JsonNode body = body(call);
    String id = call.header(ID_HEADER).orElseGet(ids);
    if (!ID.matcher(id).matches()) {
      throw malformed(ID_HEADER + " is 1 to 64 letters, digits, '_', '.' and '-'");
    }
    return new SqlRequest(
        id,
        call.caller(),
        body.path("sql").textValue(),
        parameters(body.path("parameters")),
        format(call, body.path("format")),
        number(body, "maxRows", 0, Long.MAX_VALUE - 1, ""),
        Duration.ofMillis(
            number(body, "timeoutMillis", 1, settings.timeout().toMillis(), " (sql.timeout)")
                .orElse(settings.timeout().toMillis())),
        new ByteSize(
            number(
                    body,
                    "memoryBytes",
                    Math.min(LEAST_MEMORY, settings.memory().bytes()),
                    settings.memory().bytes(),
                    " (sql.memory)")
                .orElse(settings.memory().bytes())));
  }

  private static JsonNode body(Call call) throws RefusedCallException {
    JsonNode body;
    try {
      body = JSON.readTree(call.body().getBytes());
    } catch (JacksonException notJson) {
      throw malformed("the body is not JSON: " + notJson.getOriginalMessage());
    } catch (NumberFormatException unbounded) {
      // An exponent of a dozen digits is JSON, but no number here.
      throw malformed("the body has a number beyond all bounds");
    } catch (IOException impossible) {
      throw malformed("the body cannot be read");
    }
    if (!body.isObject() || !body.path("sql").isTextual()) {
      throw malformed("send {\"sql\": \"SELECT …\"}");
    }
    Set<String> unknown = new TreeSet<>();
    body.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw malformed(
          "the field "
              + unknown.iterator().next()
              + " is not known; there are "
              + new TreeSet<>(FIELDS));
    }
    return body;
  }

  private static List<JsonNode> parameters(JsonNode given) throws RefusedCallException {
    List<JsonNode> parameters = new ArrayList<>();
    if (given.isMissingNode()) {
      return parameters;
    }
    if (!given.isArray() || given.size() > MAX_PARAMETERS) {
      throw malformed("parameters is an array of " + MAX_PARAMETERS + " values at most");
    }
    for (JsonNode value : given) {
      if (!value.isValueNode()) {
        throw malformed("a parameter is a text, a number, true, false or null; write lists in SQL");
      }
      parameters.add(value);
    }
    return parameters;
  }

  private static AnswerFormat format(Call call, JsonNode named) throws RefusedCallException {
    if (!named.isMissingNode()) {
      return AnswerFormat.named(named.asText())
          .orElseThrow(
              () ->
                  malformed(
                      "format is one of " + AnswerFormat.words() + ", not " + named.asText()));
    }
    Optional<AnswerFormat> accepted = AnswerFormat.accepted(call.header("accept").orElse("*/*"));
    if (accepted.isEmpty()) {
      throw new RefusedCallException(
          Reply.error(
              406,
              "NotAcceptableException",
              "answers are application/json, application/x-ndjson, text/csv or"
                  + " application/vnd.apache.parquet"));
    }
    return accepted.get();
  }

  private static OptionalLong number(
      JsonNode body, String name, long least, long most, String setting)
      throws RefusedCallException {
    JsonNode given = body.path(name);
    if (given.isMissingNode()) {
      return OptionalLong.empty();
    }
    if (!given.isIntegralNumber()
        || !given.canConvertToLong()
        || given.longValue() < least
        || given.longValue() > most) {
      throw malformed(
          name
              + " is a whole number from "
              + least
              + " to "
              + most
              + setting
              + ", not "
              + given.toString());
    }
    return OptionalLong.of(given.longValue());
  }

  private static RefusedCallException malformed(String message) {
    return new RefusedCallException(Reply.error(400, "BadRequestException", message));
  }
}
