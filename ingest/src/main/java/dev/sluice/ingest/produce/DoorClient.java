package dev.sluice.ingest.produce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * A sender: lines in batches through the front door, several requests in flight. A door that is
 * busy is asked again, for then it took nothing; what may have been taken is never sent again.
 */
public final class DoorClient {
  /**
   * How to send.
   *
   * @param batch the most events in a request
   * @param inFlight the most requests without an answer
   * @param perSecond the most events a second; 0 for as many as the door takes
   * @param attempts how often a busy door is asked
   */
  public record Pace(int batch, int inFlight, double perSecond, int attempts) {
    public Pace {
      if (batch < 1 || inFlight < 1 || attempts < 1 || perSecond < 0) {
        throw new IllegalArgumentException("batch, inFlight and attempts must be at least 1");
      }
    }

    public static Pace standard() {
      return new Pace(500, 4, 0, 60);
    }

    public Pace at(double eventsPerSecond) {
      int smaller = (int) Math.max(1, Math.min(batch, eventsPerSecond / 10));
      return new Pace(eventsPerSecond > 0 ? smaller : batch, inFlight, eventsPerSecond, attempts);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final HttpClient http;
  private final URI events;
  private final String writeKey;
  private final Pace pace;

  public DoorClient(HttpClient http, URI door, String stream, String writeKey, Pace pace) {
    this.http = Objects.requireNonNull(http, "http");
    this.events = door.resolve("/v1/streams/" + stream + "/events");
    this.writeKey = Objects.requireNonNull(writeKey, "writeKey");
    this.pace = Objects.requireNonNull(pace, "pace");
  }

  /** Sends all of them, telling how many are done as it goes on. */
  public Delivery send(Iterator<String> lines, LongConsumer progress)
      throws IOException, InterruptedException {
    Tally tally = new Tally();
    Semaphore places = new Semaphore(pace.inFlight());
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long begun = System.nanoTime();
    long sent = 0;
    while (lines.hasNext() && failure.get() == null) {
      List<String> batch = next(lines);
      awaitTurn(begun, sent);
      places.acquire();
      sent += batch.size();
      var unused =
          post(batch, 1)
              .whenComplete(
                  (answer, broken) -> {
                    if (broken == null) {
                      tally.add(batch.size(), answer);
                    } else {
                      tally.lost(batch.size());
                      failure.compareAndSet(null, broken);
                    }
                    progress.accept(tally.done());
                    places.release();
                  });
    }
    places.acquire(pace.inFlight());
    Delivery delivery = tally.delivery(Duration.ofNanos(System.nanoTime() - begun));
    Throwable broken = failure.get();
    if (broken != null) {
      Throwable cause = broken.getCause() == null ? broken : broken.getCause();
      String detail = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      throw new IOException(
          detail + "; accepted before: " + delivery.accepted() + ", unknown: " + delivery.unknown(),
          cause);
    }
    return delivery;
  }

  private List<String> next(Iterator<String> lines) {
    List<String> batch = new ArrayList<>(pace.batch());
    while (batch.size() < pace.batch() && lines.hasNext()) {
      batch.add(lines.next());
    }
    return batch;
  }

  private void awaitTurn(long begun, long sent) throws InterruptedException {
    if (pace.perSecond() > 0) {
      long due = begun + (long) (sent / pace.perSecond() * 1e9);
      long early = due - System.nanoTime();
      if (early > 0) {
        TimeUnit.NANOSECONDS.sleep(early);
      }
    }
  }

  private CompletableFuture<JsonNode> post(List<String> batch, int attempt) {
    byte[] body = String.join("\n", batch).getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(events)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + writeKey)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenCompose(response -> judge(batch, response, attempt));
  }

  private CompletableFuture<JsonNode> judge(
      List<String> batch, HttpResponse<String> response, int attempt) {
    JsonNode body = parsed(response.body()).orElseGet(JSON::createObjectNode);
    if (body.has("accepted")) {
      return CompletableFuture.completedFuture(body);
    }
    String type = body.path("error").path("type").asText();
    boolean tookNothing = type.equals("busy") || type.equals("closing");
    if (response.statusCode() == 503 && tookNothing && attempt < pace.attempts()) {
      return CompletableFuture.supplyAsync(
              () -> batch,
              CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS))
          .thenCompose(again -> post(again, attempt + 1));
    }
    String message = body.path("error").path("message").asText(response.body());
    return CompletableFuture.failedFuture(
        new IOException("the door answered " + response.statusCode() + ": " + message));
  }

  private static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
