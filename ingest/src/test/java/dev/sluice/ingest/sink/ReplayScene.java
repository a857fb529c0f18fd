package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.LetterFilter;
import dev.sluice.ingest.deadletter.Replay;
import dev.sluice.ingest.deadletter.ReplayReport;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A scene whose stream asks for a user in every event; and the stream as it is declared later, when
 * it no longer does.
 */
final class ReplayScene implements AutoCloseable {

  final Scene scene;
  final Stream later;

  ReplayScene(String what, int shards) throws Exception {
    scene = new Scene(what, shards);
    List<Field> fields =
        scene.stream.fields().stream()
            .map(field -> new Field(field.name(), field.type(), field.name().equals("event_id")))
            .toList();
    later =
        new Stream(
            scene.stream.name(),
            fields,
            scene.stream.keyField(),
            scene.stream.timeField(),
            scene.stream.shards());
  }

  /** An event under the later declaration only. */
  static String userless(int number) {
    return "{\"event_id\":\"e" + number + "\",\"event_time\":\"" + Instant.now() + "\"}";
  }

  /** Three events, two events of later, and what never is one. */
  void fill() throws Exception {
    scene.produce(0, 3);
    scene.produce(0, userless(100));
    scene.produce(0, "no event");
    scene.produce(0, userless(101));
    scene.awaitCommitted(6);
  }

  ReplayReport replay() {
    return replay(scene.house.catalogUri());
  }

  ReplayReport replay(URI catalog) {
    try (LakeConnection lake =
        new LakeConnection(catalog, Optional.empty(), Duration.ofSeconds(15))) {
      return replay(lake).run(later, filter());
    }
  }

  Replay replay(LakeConnection lake) {
    return replay(lake, Replay.Bounds.of(30, 4));
  }

  Replay replay(LakeConnection lake, Replay.Bounds bounds) {
    return new Replay(
        lake, Scene.decoder(), Clock.systemUTC(), UUID::randomUUID, bounds, attempt -> true);
  }

  LetterFilter filter() {
    return new LetterFilter(
        Optional.of(later.name()), Optional.empty(), Optional.empty(), Optional.empty());
  }

  CatalogRelay relay() throws Exception {
    return new CatalogRelay(scene.house.catalogUri(), TableLayout.identifier(later).name());
  }

  @Override
  public void close() {
    scene.close();
  }
}
