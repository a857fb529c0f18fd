package dev.sluice.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogTopicsTest {
  private static final String NEVER = Long.toString(Long.MAX_VALUE);
  private static final Stream SENSORS = Streams.shipped().find("sensor-readings").orElseThrow();

  @Test
  void durabilityReachesTheTopicAndMayChange() {
    Stream stream = KafkaFixture.renamed(SENSORS, Durability.SYNC);
    assertThat(configuration(stream, Durability.SYNC))
        .containsEntry("flush.messages", "1")
        .containsEntry("flush.ms", NEVER);
    assertThat(configuration(stream, Durability.BATCH))
        .containsEntry("flush.messages", NEVER)
        .containsEntry("flush.ms", "1000");
    assertThat(configuration(stream, Durability.NONE))
        .containsEntry("flush.messages", NEVER)
        .containsEntry("flush.ms", NEVER)
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1");
  }

  @Test
  void aStreamMayGetMoreShardsAndNeverLosesOne() {
    Stream stream = KafkaFixture.renamed(SENSORS, Durability.NONE);
    try (LogTopics topics = open(Durability.NONE)) {
      LogTopic before = topics.describe(List.of(stream.name())).get(0);
      LogTopic grown = topics.ensure(List.of(withShards(stream, 6))).get(0);
      assertThat(grown).isEqualTo(new LogTopic(stream.name(), before.id(), 6));
      assertThat(topics.ensure(List.of(withShards(stream, 2)))).containsExactly(grown);
    }
  }

  @Test
  void oneMachineHasOneCopy() {
    assertThatThrownBy(
            () ->
                Settings.read(
                    LogSettings.class, Optional.empty(), Map.of("SLUICE_REPLICATION", "3")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("needs a cluster");
  }

  private static Map<String, String> configuration(Stream stream, Durability durability) {
    try (LogTopics topics = open(durability)) {
      topics.ensure(List.of(stream));
      return topics.configuration(stream.name());
    }
  }

  private static LogTopics open(Durability durability) {
    return new LogTopics(KafkaFixture.bootstrapServers(), KafkaFixture.settings(durability));
  }

  private static Stream withShards(Stream stream, int shards) {
    return new Stream(
        stream.name(), stream.fields(), stream.keyField(), stream.timeField(), shards);
  }
}
