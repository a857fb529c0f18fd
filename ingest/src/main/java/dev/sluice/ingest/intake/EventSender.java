package dev.sluice.ingest.intake;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/**
 * Checks the events of bodies and hands them to the log, on threads of its own: a Kafka send may
 * block, and so may reading sixteen megabytes of JSON.
 */
public final class EventSender {
  private final Producer<byte[], byte[]> producer;
  private final EventDecoder decoder;
  private final IntakeLimits limits;
  private final Durability durability;
  private final LogAppend log;
  private final IntakeMeters meters;
  private final ThreadPoolExecutor senders;
  private final ThreadPoolExecutor answers;
  private volatile Health.State state = new Health.Up();

  public EventSender(
      Producer<byte[], byte[]> producer,
      IntakeLimits limits,
      Durability durability,
      InstantSource clock,
      MeterRegistry meters) {
    this.producer = producer;
    DecodeLimits standard = DecodeLimits.standard();
    this.decoder =
        new EventDecoder(
            new DecodeLimits(limits.maxEvent().intBytes(), standard.depth(), standard.fields()));
    this.limits = limits;
    this.durability = durability;
    this.log = new LogAppend(producer, clock);
    this.meters = new IntakeMeters(meters);
    this.senders = threads("door-sender", limits.senders(), limits.queue());
    // No more are under way than that, so this queue never fills.
    this.answers = threads("door-answer", 1, limits.maxUnderWay());
  }

  /** What becomes of it; empty when the queue is full, and then nothing of it is sent. */
  public Optional<CompletableFuture<Outcome>> submit(Submission submission) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    long received = System.nanoTime();
    try {
      senders.execute(
          () -> {
            try {
              send(submission, received, outcome);
            } catch (RuntimeException e) {
              outcome.completeExceptionally(e);
            }
          });
      return Optional.of(outcome);
    } catch (RejectedExecutionException e) {
      return Optional.empty();
    }
  }

  /** Down from a request the log failed until one it took. */
  public Health.State state() {
    return state;
  }

  /** Joins its threads; what was submitted before is worked off first. */
  public void drain() throws InterruptedException {
    senders.shutdown();
    senders.awaitTermination(limits.answerPatience().toMillis(), TimeUnit.MILLISECONDS);
    // Waits for what was handed over, and so completes every batch.
    producer.close(limits.answerPatience());
    answers.shutdown();
    answers.awaitTermination(limits.answerPatience().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void send(Submission submission, long received, CompletableFuture<Outcome> outcome) {
    byte[] body = submission.body().getBytes();
    if (submission.packing() == Submission.Packing.GZIP) {
      Gzip.Inflation inflation = Gzip.inflate(body, limits.maxBody().intBytes());
      if (inflation instanceof Gzip.Inflated inflated) {
        body = inflated.bytes();
      } else if (inflation instanceof Gzip.NotGzip broken) {
        turnAway(outcome, 400, "bad-encoding", "the body is not gzip: " + broken.why());
        return;
      } else {
        turnAway(outcome, 413, "too-large", "inflated, the body has more than " + most("max-body"));
        return;
      }
    }
    Split split = Split.of(body, submission.notation(), limits.maxEvents());
    if (split instanceof Split.TooMany) {
      turnAway(
          outcome, 413, "too-large", "the body has more than " + limits.maxEvents() + " events");
      return;
    }
    Batch batch;
    if (split instanceof Split.Slices slices) {
      if (slices.slices().isEmpty()) {
        turnAway(outcome, 400, "empty", "the body has no events");
        return;
      }
      if (slices.single() && body.length > limits.maxEvent().bytes()) {
        turnAway(outcome, 413, "too-large", "the event has more than " + most("max-event"));
        return;
      }
      batch = new Batch(slices.slices().size());
      send(submission, body, slices.slices(), batch);
    } else {
      batch = new Batch(1);
      batch.put(refusal(0, ((Split.NoList) split).refused()));
    }
    whenComplete(submission, batch, received, outcome);
  }

  private void whenComplete(
      Submission submission, Batch batch, long received, CompletableFuture<Outcome> outcome) {
    var unused =
        batch
            .complete()
            .thenAcceptAsync(
                results -> {
                  Answer answer = new Answer(results, durability);
                  observe(answer);
                  Duration took = Duration.ofNanos(System.nanoTime() - received);
                  meters.answered(
                      submission.stream().name(), answer, submission.body().length(), took);
                  outcome.complete(
                      new Outcome.Answered(answer.status(), Buffer.buffer(answer.json())));
                },
                answers)
            .exceptionally(
                failure -> {
                  outcome.completeExceptionally(failure);
                  return null;
                });
    // The producer gives up before this; it is for a producer that does not keep its word.
    var unusedToo =
        batch
            .complete()
            .copy()
            .orTimeout(2 * limits.answerPatience().toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(
                late -> {
                  batch.giveUp("the log did not answer; it may hold the event or not");
                  return List.of();
                });
  }

  private void observe(Answer answer) {
    switch (answer.status()) {
      case 200 -> state = new Health.Up();
      case 503 -> state = new Health.Down("the log did not take the last request's events");
      default -> {
        // Events that are none say nothing about the log.
      }
    }
  }

  private void send(Submission submission, byte[] body, List<Split.Slice> slices, Batch batch) {
    boolean reachable = true;
    for (int i = 0; i < slices.size(); i++) {
      Split.Slice slice = slices.get(i);
      Decoded decoded = decoder.decode(submission.stream(), body, slice.start(), slice.length());
      if (decoded instanceof Decoded.Event event) {
        byte[] value = Arrays.copyOfRange(body, slice.start(), slice.start() + slice.length());
        if (reachable) {
          reachable = log.append(submission.stream().name(), i, event.key(), value, batch::put);
        } else {
          batch.put(LogAppend.unavailable(i, "the log cannot be reached"));
        }
      } else {
        Decoded.Refused refused = (Decoded.Refused) decoded;
        batch.put(
            refusal(i, refused.after(slice.linesBefore(), slice.columnsBefore(), slice.start())));
      }
    }
  }

  private static EventResult refusal(int index, Decoded.Refused refused) {
    return new EventResult.Refusal(
        index, refused.reason().wireName(), refused.detail(), refused.position());
  }

  private String most(String setting) {
    long bytes = setting.equals("max-event") ? limits.maxEvent().bytes() : limits.maxBody().bytes();
    return bytes + " bytes (door." + setting + ")";
  }

  private static void turnAway(
      CompletableFuture<Outcome> outcome, int status, String type, String why) {
    outcome.complete(new Outcome.TurnedAway(status, type, why));
  }

  private static ThreadPoolExecutor threads(String name, int count, int queue) {
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queue),
        work -> new Thread(work, name));
  }
}
