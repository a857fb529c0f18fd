package dev.sluice.ingest.bench;

import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The daemon's workers as they are run: into our object store over the S3 protocol, each object
 * synced, through our catalog over HTTP, both in a process that shares the processors. The peer
 * writes to the disk itself and syncs nothing, which is to its advantage.
 */
final class Ours implements Contender {
  /**
   * As the peer's: two that work, and one commit in ten seconds, not sooner, however much has come
   * in meanwhile.
   */
  private static final Map<String, String> PACE =
      Map.of(
          "SLUICE_SINK_WORKERS", "2",
          "SLUICE_SINK_COMMIT_INTERVAL_MIN", "10s",
          "SLUICE_SINK_COMMIT_INTERVAL_MAX", "10s",
          "SLUICE_SINK_INTERVAL_BYTES", "8GiB",
          "SLUICE_SINK_INTERVAL_ROWS", "100000000");

  private final String broker;
  private final String heap;
  private final ClickNotation notation;

  Ours(String broker, String heap, ClickNotation notation) {
    this.broker = broker;
    this.heap = heap;
    this.notation = notation;
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public Turn start(Path directory) throws Exception {
    LakeProcess lake = LakeProcess.start(directory.resolve("lake"));
    LakeConnection connection =
        new LakeConnection(lake.catalog(), Optional.empty(), Duration.ofSeconds(30));
    Path collections = directory.resolve("gc.log");
    SinkProcess sink =
        SinkProcess.start(
            directory.resolve("sink"),
            notation,
            Turn.flags(heap, collections),
            broker,
            lake.catalog(),
            PACE);
    return new Turn(
        sink.child(),
        Optional.of(lake.child()),
        () -> connection.find(TableLayout.identifier(notation.stream())),
        collections,
        List.of(lake::close, connection::close));
  }
}
