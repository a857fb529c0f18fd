package dev.sluice.ingest.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.ingest.log.LogException;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.log.LogTopic;
import dev.sluice.ingest.log.LogTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries. One thread of its own reads them as they come, from this process or another, and
 * hands each to all who follow; nothing is read twice.
 */
public final class Journal implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Kafka's own bound of a record, with room for what is around it. */
  private static final int LONGEST_ENTRY = 900_000;

  private final JournalSettings settings;
  private final LogSettings log;
  private final Supplier<String> bootstrapServers;
  private final TopicPartition place;
  private final List<Consumer<Entry>> followers = new ArrayList<>();
  private final Object reading = new Object();
  private final Thread thread = new Thread(this::run, "journal");
  private final CountDownLatch told = new CountDownLatch(1);
  private Optional<KafkaConsumer<byte[], byte[]>> consumer = Optional.empty();
  private Optional<Producer<byte[], byte[]>> producer = Optional.empty();
  private Optional<LogTopics> topics = Optional.empty();
  private long next;
  private volatile Optional<String> unread = Optional.empty();
  private volatile Optional<String> trouble = Optional.empty();

  /** Reads nothing before it is started. */
  public Journal(JournalSettings settings, LogSettings log, Supplier<String> bootstrapServers) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.log = Objects.requireNonNull(log, "log");
    this.bootstrapServers = Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    this.place = new TopicPartition(settings.topic(), 0);
  }

  /**
   * Hands this one every entry, from the first on; to be said before the start. What it refuses
   * with an exception is passed over, and told by {@link #state()}.
   */
  public void follow(Consumer<Entry> follower) {
    followers.add(follower);
  }

  @Override
  public String name() {
    return "journal";
  }

  /** Returns when everything that was written before has been read. */
  @Override
  public void start() {
    LogTopics admin = new LogTopics(bootstrapServers.get(), log);
    topics = Optional.of(admin);
    admin.ensureKept(settings.topic());
    KafkaConsumer<byte[], byte[]> opened = consumer();
    consumer = Optional.of(opened);
    opened.assign(List.of(place));
    opened.seekToBeginning(List.of(place));
    long end = opened.endOffsets(List.of(place), settings.patience()).get(place);
    long begun = System.nanoTime();
    while (opened.position(place, settings.patience()) < end) {
      if (readSome(opened) > 0) {
        begun = System.nanoTime();
      } else if (System.nanoTime() - begun > settings.patience().toNanos()) {
        throw new LogException(
            "the topic " + settings.topic() + " was not read within " + settings.patience());
      }
    }
    producer =
        Optional.of(
            LogProducers.create(
                "sluice-journal", bootstrapServers.get(), LONGEST_ENTRY, settings.patience()));
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    told.countDown();
    consumer.ifPresent(KafkaConsumer::wakeup);
    thread.join();
    producer.ifPresent(each -> each.close(settings.patience()));
    consumer.ifPresent(KafkaConsumer::close);
    topics.ifPresent(LogTopics::close);
  }

  /** Down while it cannot read on, or has met what it does not understand. */
  public Health.State state() {
    return trouble.or(() -> unread).<Health.State>map(Health.Down::new).orElseGet(Health.Up::new);
  }

  /**
   * Writes an entry, durably. When this returns it has been read here, and all that were before it:
   * whether it holds, who follows can say.
   *
   * @throws JournalException when that is not known
   */
  public void append(Entry entry) {
    ObjectNode value = JSON.createObjectNode();
    value.put("kind", entry.kind()).put("name", entry.name()).put("mark", entry.mark());
    value.set("body", entry.body());
    byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_ENTRY) {
      throw new IllegalArgumentException(
          bytes.length + " bytes are too many to be kept; " + LONGEST_ENTRY + " is the most");
    }
    try {
      long offset =
          producer
              .orElseThrow()
              .send(
                  new ProducerRecord<>(
                      settings.topic(), 0, entry.key().getBytes(StandardCharsets.UTF_8), bytes))
              .get(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
              .offset();
      awaitRead(offset);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw unknown(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(e);
    }
  }

  /**
   * Returns once everything has been read here that any process wrote before this call.
   *
   * @throws LogException when that could not be
   */
  public void sync() {
    LogTopic whole = new LogTopic(settings.topic(), Uuid.ZERO_UUID, 1);
    long end = topics.orElseThrow().offsets(whole, OffsetSpec.latest()).get(0);
    try {
      awaitRead(end - 1);
    } catch (TimeoutException e) {
      throw new LogException("the topic " + settings.topic() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogException("interrupted while reading " + settings.topic(), e);
    }
  }

  private static JournalException unknown(Exception e) {
    return new JournalException(
        "the log did not confirm it; it may be so or not, look before you do it again: "
            + e.getMessage(),
        e);
  }

  private void awaitRead(long offset) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    synchronized (reading) {
      while (next <= offset) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new TimeoutException("it was not read again within " + settings.patience());
        }
        reading.wait(left);
      }
    }
  }

  private void run() {
    while (told.getCount() > 0) {
      try {
        var unused = readSome(consumer.orElseThrow());
        trouble = Optional.empty();
      } catch (WakeupException e) {
        // Told to end.
      } catch (KafkaException e) {
        LOG.warn("{} cannot be read: {}", settings.topic(), e.toString());
        trouble = Optional.of(settings.topic() + " cannot be read: " + e.getMessage());
        pause();
      }
    }
  }

  private void pause() {
    try {
      var unused = told.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many entries it read. */
  private int readSome(KafkaConsumer<byte[], byte[]> from) {
    int count = 0;
    for (ConsumerRecord<byte[], byte[]> record : from.poll(POLL)) {
      try {
        Entry entry = entry(record.value());
        followers.forEach(follower -> follower.accept(entry));
      } catch (RuntimeException | JsonProcessingException e) {
        String where = "the entry at offset " + record.offset() + " of " + settings.topic();
        LOG.error("{} is not understood", where, e);
        unread = Optional.of(where + " is not understood here: " + e.getMessage());
      }
      count++;
    }
    synchronized (reading) {
      next = from.position(place, settings.patience());
      reading.notifyAll();
    }
    return count;
  }

  private static Entry entry(byte[] value) throws JsonProcessingException {
    if (value == null) {
      throw new IllegalArgumentException("it is empty");
    }
    JsonNode node = JSON.readTree(new String(value, StandardCharsets.UTF_8));
    if (!(node.path("body") instanceof ObjectNode body)) {
      throw new IllegalArgumentException("it has no body");
    }
    return new Entry(
        node.path("kind").asText(), node.path("name").asText(), node.path("mark").asText(), body);
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers.get(),
            "client.id", "sluice-journal",
            "auto.offset.reset", "none",
            "enable.auto.commit", "false",
            "allow.auto.create.topics", "false"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
