package dev.sluice.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.stream.Streams;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  @TempDir Path directory;

  @Test
  void aTopicKeepsItsIdWhenTheBrokerStartsAgain() throws Exception {
    LogSettings settings = Settings.defaults(LogSettings.class);
    List<LogTopic> before;
    EmbeddedBroker first = new EmbeddedBroker(directory, 0);
    try {
      first.start();
      try (LogTopics topics = new LogTopics(first.bootstrapServers(), settings)) {
        before = topics.ensure(Streams.shipped().all());
        assertThat(topics.ensure(Streams.shipped().all())).isEqualTo(before);
      }
    } finally {
      first.stop();
    }
    EmbeddedBroker second = new EmbeddedBroker(directory, 0);
    try {
      second.start();
      try (LogTopics topics = new LogTopics(second.bootstrapServers(), settings)) {
        assertThat(topics.describe(List.of("app-events", "sensor-readings", "nothing")))
            .isEqualTo(before);
        assertThat(before).extracting(LogTopic::shards).containsExactly(4, 4);
      }
    } finally {
      second.stop();
    }
  }

  @Test
  void aTakenPortIsToldInOneLine() throws Exception {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      EmbeddedBroker broker = new EmbeddedBroker(directory, taken.getLocalPort());
      try {
        assertThatThrownBy(broker::start)
            .isInstanceOf(LogException.class)
            .hasMessageContaining("127.0.0.1:" + taken.getLocalPort() + ": the port is taken");
      } finally {
        broker.stop();
      }
    }
  }

  @Test
  void oneDirectoryHasOneBroker() throws Exception {
    EmbeddedBroker first = new EmbeddedBroker(directory, 0);
    EmbeddedBroker second = new EmbeddedBroker(directory, 0);
    try {
      first.start();
      assertThatThrownBy(second::start)
          .isInstanceOf(LogException.class)
          .hasMessageContaining("another process runs a log on " + directory);
    } finally {
      second.stop();
      first.stop();
    }
  }
}
