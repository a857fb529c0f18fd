package dev.sluice.ingest.intake;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.cloudevent.CloudEvents;
import dev.sluice.ingest.cloudevent.OpenedEvent;
import dev.sluice.ingest.cloudevent.Opening;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.key.Ruling;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Stream;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
  private final LogAppender appender;
  private final IntakeLimits limits;
  private final Durability durability;
  private final InstantSource clock;
  private final IntakeMeters meters;
  private final Finish finish;
  private final ThreadPoolExecutor senders;
  private final ThreadPoolExecutor answers;
  private volatile Health.State state = new Health.Up();

  /** One that adds nothing to events. */
  public EventSender(
      Producer<byte[], byte[]> producer,
      IntakeLimits limits,
      Durability durability,
      InstantSource clock,
      MeterRegistry meters) {
    this(producer, limits, durability, clock, meters, Enrichment.none());
  }

  public EventSender(
      Producer<byte[], byte[]> producer,
      IntakeLimits limits,
      Durability durability,
      InstantSource clock,
      MeterRegistry meters,
      Enrichment enrichment) {
    this.producer = producer;
    this.appender = new LogAppender(producer, clock);
    DecodeLimits standard = DecodeLimits.standard();
    EventDecoder decoder =
        new EventDecoder(
            new DecodeLimits(limits.maxEvent().intBytes(), standard.depth(), standard.fields()));
    this.limits = limits;
    this.durability = durability;
    this.clock = clock;
    this.meters = new IntakeMeters(meters);
    this.finish = new Finish(decoder, enrichment, clock, meters);
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
    Unpacking unpacking =
        Unpacking.of(
            submission.packing(), submission.body().getBytes(), limits.maxBody().intBytes());
    if (unpacking instanceof Unpacking.Broken broken) {
      turnAway(outcome, 400, "bad-encoding", broken.why());
      return;
    }
    if (unpacking instanceof Unpacking.TooLarge) {
      turnAway(outcome, 413, "too-large", "inflated, the body has more than " + most("max-body"));
      return;
    }
    byte[] body = ((Unpacking.Unpacked) unpacking).bytes();
    Split split = Split.of(body, submission.notation(), limits.maxEvents());
    Optional<Outcome> turnedAway = turnedAway(submission, split, body.length);
    if (turnedAway.isPresent()) {
      outcome.complete(turnedAway.get());
      return;
    }
    Batch batch;
    if (split instanceof Split.Slices slices) {
      batch = new Batch(slices.slices().size());
      append(submission, body, slices.slices(), batch);
    } else {
      batch = new Batch(1);
      batch.put(refusal(0, ((Split.NoList) split).refused()));
    }
    whenComplete(submission, batch, received, outcome);
  }

  /** Why it is not taken as a whole; else its events are taken from its key's allowance. */
  private Optional<Outcome> turnedAway(Submission submission, Split split, int length) {
    int events = 1;
    if (split instanceof Split.TooMany) {
      return Optional.of(
          new Outcome.TurnedAway(
              413, "too-large", "the body has more than " + limits.maxEvents() + " events"));
    }
    if (split instanceof Split.Slices slices) {
      events = slices.slices().size();
      if (events == 0) {
        return Optional.of(new Outcome.TurnedAway(400, "empty", "the body has no events"));
      }
      if (slices.single() && length > limits.maxEvent().bytes()) {
        return Optional.of(
            new Outcome.TurnedAway(
                413, "too-large", "the event has more than " + most("max-event")));
      }
      if (submission.context().isPresent() && !slices.single()) {
        return Optional.of(
            new Outcome.TurnedAway(
                400,
                Opening.BAD_ENVELOPE,
                "a CloudEvent with its context in headers is one event, and the body is a list"));
      }
    }
    int charged = events;
    return submission
        .key()
        .map(key -> key.take(charged))
        .filter(ruling -> !(ruling instanceof Ruling.Granted))
        .map(Outcome.Limited::new);
  }

  private void whenComplete(
      Submission submission, Batch batch, long received, CompletableFuture<Outcome> outcome) {
    Instant granted = clock.instant();
    var unused =
        batch
            .complete()
            .thenAcceptAsync(
                results -> {
                  Answer answer = new Answer(results, durability);
                  observe(answer);
                  giveBack(submission, answer, granted);
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

  /** What never went to the log is not charged for, so that trying again costs nothing. */
  private static void giveBack(Submission submission, Answer answer, Instant granted) {
    int unsent = answer.unavailable();
    if (unsent > 0) {
      submission.key().ifPresent(key -> key.giveBack(unsent, granted));
    }
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

  private void append(Submission submission, byte[] body, List<Split.Slice> slices, Batch batch) {
    boolean reachable = true;
    for (int i = 0; i < slices.size(); i++) {
      Split.Slice slice = slices.get(i);
      if (submission.cloudEvents()) {
        reachable = appendEnclosed(submission, i, body, slice, reachable, batch);
        continue;
      }
      Finish.Finished finished = finish.of(submission, body, slice.start(), slice.length());
      Decoded decoded = finished.decoded();
      if (decoded instanceof Decoded.Event event) {
        reachable =
            append(submission.stream(), i, event, finished.value(), Map.of(), reachable, batch);
      } else {
        Decoded.Refused refused = (Decoded.Refused) decoded;
        batch.put(
            refusal(i, refused.after(slice.linesBefore(), slice.columnsBefore(), slice.start())));
      }
    }
  }

  private boolean appendEnclosed(
      Submission submission,
      int index,
      byte[] body,
      Split.Slice slice,
      boolean reachable,
      Batch batch) {
    Opening opening =
        submission
            .context()
            .map(context -> CloudEvents.binary(context, body))
            .orElseGet(() -> CloudEvents.structured(body, slice.start(), slice.length()));
    if (opening instanceof Opening.Wrong wrong) {
      batch.put(new EventResult.Refusal(index, wrong.reason(), wrong.detail(), Optional.empty()));
      return reachable;
    }
    OpenedEvent opened = (OpenedEvent) opening;
    byte[] value = opened.event(submission.stream());
    Finish.Finished finished = finish.of(submission, value, 0, value.length);
    Decoded decoded = finished.decoded();
    if (decoded instanceof Decoded.Refused refused) {
      // A place would be one in the event with its fields filled in, which its sender never saw.
      batch.put(
          new EventResult.Refusal(
              index, refused.reason().wireName(), refused.detail(), Optional.empty()));
      return reachable;
    }
    return append(
        submission.stream(),
        index,
        (Decoded.Event) decoded,
        finished.value(),
        opened.context().kafkaHeaders(),
        reachable,
        batch);
  }

  /** Whether the next one may be tried. */
  private boolean append(
      Stream stream,
      int index,
      Decoded.Event event,
      byte[] value,
      Map<String, String> headers,
      boolean reachable,
      Batch batch) {
    if (!reachable) {
      batch.put(LogAppender.unavailable(index, "the log cannot be reached"));
      return false;
    }
    return appender.append(
        index, new LogAppender.Entry(stream.name(), event.key(), value, headers), batch);
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
