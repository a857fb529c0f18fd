package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetterBook;
import dev.sluice.ingest.deadletter.RowsAndLetters;
import dev.sluice.ingest.recent.RecentIds;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.FileMerger;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.JointCommit;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.RowForm;
import dev.sluice.ingest.table.SnapshotBound;
import dev.sluice.ingest.table.TableCommit;
import dev.sluice.ingest.table.TableRow;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: a thread that is a member of the group. When log or lake fail it lets go of
 * everything, waits, and begins again as a new member; the table knows where.
 */
final class SinkWorker {

  private static final Logger LOG = LoggerFactory.getLogger(SinkWorker.class);

  /** Threads that close files and commit; more than one only where a worker has several tables. */
  private static final int COMMITTERS = 2;

  private static final Duration LEAVE = Duration.ofSeconds(10);
  private static final Duration KAFKA_ANSWER = Duration.ofSeconds(30);

  private final String name;
  private final SinkParts parts;
  private final Halt halt;
  private final Thread thread;
  private volatile List<WorkerStatus.ShardStatus> shards = List.of();
  private volatile Optional<String> trouble = Optional.empty();

  SinkWorker(String name, SinkParts parts) {
    this.name = name;
    this.parts = parts;
    this.halt = new Halt(parts.settings().pauseMin(), parts.settings().pauseMax());
    this.thread = new Thread(this::run, name);
  }

  void start() {
    thread.start();
  }

  /** Tells it to commit what it holds and leave. */
  void drain() {
    halt.drain();
  }

  /** Ends it as a crash would: nothing is committed, the group is not told. */
  void drop() throws InterruptedException {
    halt.drop();
    thread.join();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  WorkerStatus status() {
    String state =
        thread.getState() == Thread.State.NEW
            ? "new"
            : !thread.isAlive()
                ? "ended"
                : halt.told() ? "draining" : trouble.isPresent() ? "failing" : "working";
    return new WorkerStatus(name, state, shards, trouble);
  }

  private void run() {
    int failures = 0;
    do {
      long begin = System.nanoTime();
      try {
        work();
      } catch (RuntimeException | Error e) {
        // An Error too: a worker that ended without a word would be missed by nobody.
        LOG.error("worker {} begins again", name, e);
        trouble = Optional.of(why(e));
        boolean soon = System.nanoTime() - begin < parts.settings().pauseMax().toNanos();
        failures = soon ? failures + 1 : 1;
        halt.pause(failures);
      }
    } while (!halt.told());
  }

  /** What failed and, where that says less, what lies under it: the address, for example. */
  private static String why(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure ? failure.toString() : failure.getMessage() + ": " + root.getMessage();
  }

  private void work() {
    SinkSettings settings = parts.settings();
    try (LakeConnection lake =
            new LakeConnection(settings.catalog(), settings.token(), settings.catalogTimeout());
        Admin admin = Admin.create(Map.of("bootstrap.servers", parts.bootstrapServers().get()));
        RecentIds recent =
            new RecentIds(
                parts.directory().resolve(name), settings.idsBytesOfOne(), parts.meters())) {
      KafkaConsumer<byte[], byte[]> consumer = consumer();
      ExecutorService commits =
          Executors.newFixedThreadPool(COMMITTERS, work -> new Thread(work, name + "-commit"));
      ExecutorService care =
          Executors.newSingleThreadExecutor(work -> new Thread(work, name + "-care"));
      ShardPump pump = pump(lake, admin, recent, consumer, commits, care);
      try {
        pump.run();
      } finally {
        leave(consumer);
        end(commits);
        end(care);
        pump.end();
      }
    }
  }

  private void leave(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      consumer.close(
          halt.hard()
              ? CloseOptions.timeout(Duration.ZERO)
                  .withGroupMembershipOperation(
                      CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)
              : CloseOptions.timeout(LEAVE));
    } catch (KafkaException e) {
      // The group will miss it.
      LOG.warn("{} left the group without a word: {}", name, e.toString());
    }
  }

  /** What is under way ends by itself: attempts and answers are bounded. */
  private static void end(ExecutorService commits) {
    commits.shutdown();
    try {
      while (!commits.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.info("waiting for a commit or a merge under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private IntervalFiles<TableRow> files(
      Table table, Stream stream, TableRow row, Map<String, String> settings) {
    return IntervalFiles.withLane(
        table,
        RowForm.of(table, stream, row),
        settings,
        parts.ids().get(),
        parts.settings().openFiles());
  }

  private ShardPump pump(
      LakeConnection lake,
      Admin admin,
      RecentIds recent,
      KafkaConsumer<byte[], byte[]> consumer,
      Executor commits,
      Executor care) {
    SinkSettings settings = parts.settings();
    TableCommit commit = new TableCommit(lake, settings.commitAttempts(), halt::pause);
    JointCommit joint = new JointCommit(lake, settings.commitAttempts(), halt::pause);
    DeadLetterBook book =
        new DeadLetterBook(
            lake, commit, name, settings.commitAttempts(), settings.openFiles(), parts.ids());
    TopicIds topics = new TopicIds(admin, KAFKA_ANSWER);
    IntervalCommitter committer =
        new IntervalCommitter(
            name,
            new RowsAndLetters(lake, commit, joint, book, settings.commitAttempts()),
            topics,
            new SnapshotBound(lake, settings.snapshotsKept()),
            parts.meters(),
            parts.clock(),
            lake::load);
    return new ShardPump(
        consumer,
        parts.streams(),
        settings,
        new ShardJoiner(consumer, topics, lake, book, recent, parts.clock(), KAFKA_ANSWER),
        committer,
        name,
        parts.meters(),
        halt,
        parts.clock(),
        commits,
        new FileCare(
            new FileMerger(lake, settings.fileSize().bytes(), parts.ids()),
            settings.lateDeadline(),
            parts.meters(),
            care),
        stream -> new TableTrack(stream, parts.decoders().columns(stream), this::files),
        this::show);
  }

  private void show(List<WorkerStatus.ShardStatus> statuses) {
    shards = List.copyOf(statuses);
    trouble = Optional.empty();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", parts.bootstrapServers().get());
    config.put("client.id", name);
    config.put("group.id", parts.settings().group());
    config.put("group.protocol", "consumer");
    // Each stream's shards are shared out by themselves. Kafka's own choice counts shards over all
    // streams, and may give one worker all of the busy one and the others the idle ones.
    config.put("group.remote.assignor", "range");
    config.put("auto.offset.reset", "none");
    config.put("enable.auto.commit", "false");
    config.put("isolation.level", "read_committed");
    config.put("allow.auto.create.topics", "false");
    config.put("max.poll.interval.ms", (int) parts.settings().pollLimit().toMillis());
    config.put("max.poll.records", 2_000);
    config.put("fetch.max.bytes", 16 << 20);
    config.put("max.partition.fetch.bytes", 2 << 20);
    // New shards are noticed within this time.
    config.put("metadata.max.age.ms", 10_000);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
