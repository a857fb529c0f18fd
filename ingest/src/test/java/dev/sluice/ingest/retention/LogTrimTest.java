package dev.sluice.ingest.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.log.LogTopic;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.CommitOutcome;
import dev.sluice.ingest.table.EventTimes;
import dev.sluice.ingest.table.IntervalBatch;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableCommit;
import dev.sluice.ingest.table.TableLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LogTrimTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Stream STREAM =
      new Stream(
              "trimmed-log",
              List.of(new Field("a", FieldType.STRING, false)),
              Optional.empty(),
              Optional.empty(),
              1)
          .kept(Duration.ofHours(1));

  @Test
  void onlyWhatIsOldAndInTheTableIsDeleted() throws Exception {
    House house = House.open();
    KafkaFixture.make(STREAM, Durability.NONE);
    for (int minute : new int[] {-180, -170, -160, -150, -10}) {
      append(NOON.plus(Duration.ofMinutes(minute)));
    }
    try (LogTopics topics =
        new LogTopics(house.bootstrapServers(), KafkaFixture.settings(Durability.NONE))) {
      LogTopic topic = topics.describe(List.of(STREAM.topic())).get(0);
      LogTrim trim = trim(house, NOON);
      trim.trimNow();
      assertThat(begin(topics, topic)).as("there is no table").isZero();
      var unused = house.lake().open(TableLayout.of(STREAM));
      trim.trimNow();
      assertThat(begin(topics, topic)).as("the table has nothing").isZero();
      covers(house, topic, 0, 3);
      trim.trimNow();
      assertThat(begin(topics, topic)).as("the table has three").isEqualTo(3);
      covers(house, topic, 3, 5);
      trim.trimNow();
      assertThat(begin(topics, topic)).as("the last is young").isEqualTo(4);
      Table table = house.lake().load(TableLayout.identifier(STREAM));
      table.manageSnapshots().setCurrentSnapshot(table.history().get(0).snapshotId()).commit();
      trim(house, NOON.plus(Duration.ofDays(1))).trimNow();
      assertThat(begin(topics, topic)).as("the table was rolled back").isEqualTo(4);
    }
  }

  private static LogTrim trim(House house, Instant now) {
    return new LogTrim(
        Settings.defaults(RetentionSettings.class),
        Streams.of(List.of(STREAM)),
        () -> new LogTopics(house.bootstrapServers(), KafkaFixture.settings(Durability.NONE)),
        () -> new LakeConnection(house.catalogUri(), Optional.empty(), Duration.ofSeconds(20)),
        InstantSource.fixed(now),
        new SimpleMeterRegistry());
  }

  /** As a worker that wrote no row, for what it read was filtered. */
  private static void covers(House house, LogTopic topic, int from, int to) {
    LogShard shard = new LogShard(topic.id().toString(), 0);
    Interval interval = new Interval(shard, from, to, new Counts(0, 0, 0, to - from, 0, 0));
    TableCommit commit = new TableCommit(house.lake(), 3, attempt -> true);
    CommitOutcome outcome =
        commit.commit(
            TableLayout.identifier(STREAM),
            new IntervalBatch(
                "test", List.of(interval), List.of(), new TreeSet<>(), EventTimes.none()));
    assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
  }

  private static long begin(LogTopics topics, LogTopic topic) {
    return topics.offsets(topic, OffsetSpec.earliest()).get(0);
  }

  private static void append(Instant at) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", KafkaFixture.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] event = "{\"a\":\"x\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(STREAM.topic(), 0, at.toEpochMilli(), null, event)).get();
    }
  }
}
