package dev.sluice.ingest.streambook;

import dev.sluice.ingest.log.LogTopic;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.stream.Stream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;

/** Whether a new stream may have the topic it names. */
final class Adoption {
  private final LogTopics log;

  Adoption(LogTopics log) {
    this.log = log;
  }

  /** A topic is made for the stream; one that is there is nobody's by accident. */
  Stream found(Stream stream) {
    if (find(stream).isPresent()) {
      throw new RefusedException(
          409,
          "topic-exists",
          "the log has a topic "
              + stream.topic()
              + " already; to take its events as the stream's, say topic: "
              + stream.topic());
    }
    return stream;
  }

  /**
   * The stream takes over a topic that is there, with all its shards and events. Where it begins is
   * noted: what was before is gone, and was never the stream's.
   *
   * @param least so many shards are asked for
   */
  Stream adopt(Stream stream, int least) {
    LogTopic topic = there(stream);
    SortedMap<Integer, Long> begins = new TreeMap<>(log.offsets(topic, OffsetSpec.earliest()));
    begins.values().removeIf(offset -> offset == 0);
    return stream.in(topic.stream(), Math.max(least, topic.shards()), begins);
  }

  /** The same, of a topic that was the stream's before, which began where it began then. */
  Stream readopt(Stream stream, int least, Stream before) {
    LogTopic topic = there(stream);
    return stream.in(topic.stream(), Math.max(least, topic.shards()), before.begins());
  }

  private LogTopic there(Stream stream) {
    LogTopic topic =
        find(stream)
            .orElseThrow(
                () ->
                    new RefusedException(
                        409,
                        "no-such-topic",
                        "the log has no topic "
                            + stream.topic()
                            + " to adopt; leave topic out and one is made"));
    if (!log.cleanup(topic.stream()).equals("delete")) {
      throw new RefusedException(
          409,
          "compacted-topic",
          "the topic "
              + topic.stream()
              + " is compacted, so events would vanish from it; a stream needs one that keeps all");
    }
    return topic;
  }

  private Optional<LogTopic> find(Stream stream) {
    return log.describe(List.of(stream.topic())).stream().findFirst();
  }
}
