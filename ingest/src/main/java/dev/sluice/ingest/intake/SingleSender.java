package dev.sluice.ingest.intake;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.spool.SpooledEvent;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Checks events that come one at a time and hands them to the log, on a thread of its own: a Kafka
 * send may block. Events are handed over in the order they were offered in.
 */
public final class SingleSender {
  private static final int AT_ONCE = 512;
  private static final String UNREAD = "unread-format";
  private static final long LOOK_MILLIS = 50;

  private record Waiting(Single single, Consumer<EventResult> then) {}

  private final Producer<byte[], byte[]> producer;
  private final LogAppender log;
  private final Drafts drafts;
  private final InstantSource clock;
  private final SingleMeters meters;
  private final Duration patience;
  private final BlockingQueue<Waiting> queue;
  private final Thread thread = new Thread(this::run, "single-sender");
  private volatile boolean closing;
  private volatile Health.State state = new Health.Up();

  /**
   * A sender that runs until it is drained, and closes the producer then.
   *
   * @param eventBytes the longest event
   * @param most the events that may wait
   * @param patience the longest the log may take to answer
   */
  public SingleSender(
      Producer<byte[], byte[]> producer,
      int eventBytes,
      int most,
      Duration patience,
      InstantSource clock,
      MeterRegistry meters,
      Enrichment enrichment) {
    this.producer = Objects.requireNonNull(producer, "producer");
    this.log = new LogAppender(producer);
    this.clock = clock;
    DecodeLimits standard = DecodeLimits.standard();
    EventDecoder decoder =
        new EventDecoder(new DecodeLimits(eventBytes, standard.depth(), standard.fields()));
    this.drafts = new Drafts(decoder, enrichment, clock, meters);
    this.meters = new SingleMeters(meters);
    this.patience = patience;
    this.queue = new ArrayBlockingQueue<>(most);
    thread.start();
  }

  /**
   * Whether it is taken on; if so, it gets exactly one result, from a thread of the sender or of
   * the log's client. An event that was {@link Single.Unfit#KEEP kept} has the receipt of its
   * bytes.
   */
  public boolean offer(Single single, Consumer<EventResult> then) {
    return !closing && queue.offer(new Waiting(single, then));
  }

  /** Why no event of the stream is taken here. */
  public Optional<String> objection(Stream stream) {
    return stream.format() instanceof EventFormat.Json || !drafts.hides(stream)
        ? Optional.empty()
        : Optional.of(
            "the steps of "
                + stream.name()
                + " hide what is in its events, and "
                + "Avro from devices is not read here: send it by HTTP");
  }

  /** Down from an event the log failed until one it took. */
  public Health.State state() {
    return state;
  }

  /** Works off what was offered before, and joins its thread. */
  public void drain() throws InterruptedException {
    closing = true;
    thread.join(patience.toMillis());
    // Waits for what was handed over, and so completes every event.
    producer.close(patience);
    thread.join(patience.toMillis());
  }

  private void run() {
    List<Waiting> some = new ArrayList<>(AT_ONCE);
    try {
      while (true) {
        boolean last = closing;
        Waiting first = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          some.add(first);
          queue.drainTo(some, AT_ONCE - 1);
          some.forEach(this::send);
          some.clear();
        } else if (last) {
          return;
        }
      }
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Waiting waiting) {
    Single single = waiting.single();
    Stream stream = single.stream();
    byte[] event = single.event().getBytes();
    Optional<String> objection = objection(stream);
    if (objection.isPresent()) {
      refuse(waiting, event.length, new Drafts.Unfit(UNREAD, objection.get(), Optional.empty()));
      return;
    }
    boolean hides = drafts.hides(stream);
    SpooledEvent asSent =
        new SpooledEvent(
            stream.topic(), clock.millis(), single.key(), Map.of(), ByteBuffer.wrap(event));
    if (!(stream.format() instanceof EventFormat.Json)) {
      // Avro is taken as Kafka takes it: who has the schemas reads it later and refuses it then.
      append(waiting, event.length, asSent, Optional.empty());
      return;
    }
    Drafts.Draft draft = drafts.of(stream, event);
    if (draft instanceof Drafts.Ready ready) {
      // A key from beside the event has not been through the steps.
      Optional<String> key = hides ? Optional.empty() : single.key();
      append(waiting, event.length, ready.event().orKey(key), Optional.empty());
      return;
    }
    Drafts.Unfit unfit = (Drafts.Unfit) draft;
    // What is to be hidden is not kept as it came.
    if (single.unfit() == Single.Unfit.KEEP && !hides) {
      append(waiting, event.length, asSent, Optional.of(unfit.reason()));
    } else {
      refuse(waiting, event.length, unfit);
    }
  }

  private void refuse(Waiting waiting, int length, Drafts.Unfit unfit) {
    EventResult result = unfit.of(0);
    meters.answered(waiting.single().stream(), length, result);
    waiting.then().accept(result);
  }

  private void append(Waiting waiting, int length, SpooledEvent entry, Optional<String> unfit) {
    Single single = waiting.single();
    log.append(
        0,
        entry,
        result -> {
          boolean held = result instanceof EventResult.Receipt;
          state = held ? new Health.Up() : new Health.Down("the log did not take the last event");
          if (held && unfit.isPresent()) {
            meters.kept(single.stream(), length, unfit.get());
          } else {
            meters.answered(single.stream(), length, result);
          }
          waiting.then().accept(result);
        });
  }
}
