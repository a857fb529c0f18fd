package dev.sluice.ingest.log;

import java.util.Objects;
import org.apache.kafka.common.Uuid;

/**
 * The topic of a stream. The id is the log's identity: a topic deleted and created again has the
 * name but not the id, and its offsets mean other events.
 */
public record LogTopic(String stream, Uuid id, int shards) {
  public LogTopic {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(id, "id");
  }
}
