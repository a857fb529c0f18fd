package dev.sluice.transform.lineage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.plan.Attempt;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Tells of each day of a table that was made from which tables, as its job declares them: one
 * OpenLineage event each.
 */
public final class DeclaredLineage {
  /** Where events are posted. */
  public static final String URL = "spark.sluice.lineage.url";

  /** What is shown there. */
  public static final String TOKEN = "spark.sluice.lineage.token";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PRODUCER = "https://sluice.dev/transform";
  private static final String SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json";
  private static final String FACETS = "https://openlineage.io/spec/facets/1-0-2/";
  private static final String JOBS = "sluice.etl";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Optional<URI> place;
  private final Optional<String> token;

  private DeclaredLineage(Optional<URI> place, Optional<String> token) {
    this.place = place;
    this.token = token;
  }

  /** Tells a place; it is shown the token, if there is one. */
  public static DeclaredLineage to(URI place, Optional<String> token) {
    return new DeclaredLineage(Optional.of(place), token);
  }

  /** Tells nobody. */
  public static DeclaredLineage untold() {
    return new DeclaredLineage(Optional.empty(), Optional.empty());
  }

  /**
   * Tells of attempts, good and bad, the first failure to do so ending it: why, if there was one. A
   * night is no worse for it.
   */
  public Optional<String> tell(List<Attempt> attempts) {
    if (place.isEmpty() || attempts.isEmpty()) {
      return Optional.empty();
    }
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    try {
      for (Attempt attempt : attempts) {
        int status = post(http, event(attempt).toString());
        if (status < 200 || status >= 300) {
          return Optional.of(place.get() + " answered " + status);
        }
      }
      return Optional.empty();
    } catch (IOException unreachable) {
      return Optional.of(place.get() + " does not answer: " + unreachable);
    } catch (IllegalArgumentException unusable) {
      // What it says may show the token.
      return Optional.of(place.get() + " cannot be told: its address or its token is not for HTTP");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.of("the night was interrupted");
    }
  }

  private int post(HttpClient http, String event) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(place.orElseThrow())
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event));
    token.ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /** One event: a run of its own for each day of a table, which comes to the same if told again. */
  static ObjectNode event(Attempt attempt) {
    boolean well = attempt.status() == Attempt.Status.OK;
    ObjectNode event = JSON.createObjectNode();
    event.put("eventType", type(attempt.status()));
    event.put("eventTime", attempt.ended().toString());
    event.put("producer", PRODUCER);
    event.put("schemaURL", SCHEMA + "#/$defs/RunEvent");
    ObjectNode run = event.putObject("run");
    String name = attempt.run() + " " + attempt.table() + " " + attempt.day();
    run.put("runId", UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    facet(run.putObject("facets").putObject("nominalTime"), "NominalTimeRunFacet")
        .put("nominalStartTime", attempt.day() + "T00:00:00Z")
        .put("nominalEndTime", attempt.day().plusDays(1) + "T00:00:00Z");
    event.putObject("job").put("namespace", JOBS).put("name", "nightly." + attempt.table().table());
    ArrayNode inputs = event.putArray("inputs");
    attempt.inputs().forEach(input -> dataset(inputs.addObject(), input.table()));
    ObjectNode output = dataset(event.putArray("outputs").addObject(), attempt.table());
    if (well) {
      ObjectNode facets = output.putObject("outputFacets");
      facet(facets.putObject("outputStatistics"), "OutputStatisticsOutputDatasetFacet")
          .put("rowCount", attempt.rows());
    }
    return event;
  }

  private static String type(Attempt.Status status) {
    return switch (status) {
      case OK -> "COMPLETE";
      case FAILED -> "FAIL";
      case HELD -> "ABORT";
    };
  }

  private static ObjectNode dataset(ObjectNode node, TableName table) {
    return node.put("namespace", TableName.CATALOG)
        .put("name", table.namespace() + "." + table.table());
  }

  private static ObjectNode facet(ObjectNode node, String type) {
    return node.put("_producer", PRODUCER)
        .put("_schemaURL", FACETS + type + ".json#/$defs/" + type);
  }
}
