package dev.sluice.lake.power;

import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ChangeFeed;
import dev.sluice.lake.object.Completion;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.Deletion;
import dev.sluice.lake.object.Durability;
import dev.sluice.lake.object.IncomingBody;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.Part;
import dev.sluice.lake.object.Staged;
import dev.sluice.lake.object.StoredChecksum;
import dev.sluice.lake.object.Upload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Asks a store for deeds, and has each noted. Several may use one store on keys of their own. */
final class Customer {
  private final ObjectStore store;
  private final Answers answers;
  private final Random random;
  private final Set<String> refusals = ConcurrentHashMap.newKeySet();

  Customer(ObjectStore store, Answers answers, long seed) {
    this.store = store;
    this.answers = answers;
    this.random = new Random(seed);
  }

  int choose(int of) {
    return random.nextInt(of);
  }

  void bucket(String name, Bucket.Versioning versioning) {
    answers.note(
        Deed.ofBucket(Deed.Kind.CREATE_BUCKET, name, "-"),
        () -> store.createBucket(name, "").name());
    if (versioning != Bucket.Versioning.OFF) {
      versioning(name, versioning);
    }
  }

  /** Makes the bucket unless it is there. */
  void bucketOnce(String name, Bucket.Versioning versioning) {
    if (store.findBucket(name).isEmpty()) {
      bucket(name, versioning);
    }
  }

  void versioning(String bucket, Bucket.Versioning state) {
    answers.note(
        Deed.ofBucket(Deed.Kind.SET_VERSIONING, bucket, state.name()),
        () -> store.setVersioning(bucket, state).name());
  }

  void durability(String bucket, Durability level) {
    answers.note(
        Deed.ofBucket(Deed.Kind.SET_DURABILITY, bucket, level.name()),
        () -> store.durability(bucket, level).name());
  }

  /** Has space given back now that the store would give back in a while. */
  void compact() {
    store.compact();
  }

  private IncomingBody sent(IncomingBody body, byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += 64 * 1024) {
      body.accept(ByteBuffer.wrap(bytes, at, Math.min(64 * 1024, bytes.length - at)));
    }
    body.finish();
    return body;
  }

  /** The id of the version that was written. */
  String put(String bucket, String key, int size) {
    return put(bucket, key, Body.of(random.nextLong(), size));
  }

  private String put(String bucket, String key, Body bytes) {
    return answers.note(
        Deed.of(Deed.Kind.PUT, bucket, key).with(bytes),
        () -> {
          try (IncomingBody body = sent(store.receive(Set.of()), bytes.bytes())) {
            return store.put(bucket, key, body, Attributes.none(), Condition.none()).id();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Writes what was not there before; whether it worked. */
  boolean attempt(String bucket, String key, int size) {
    try {
      put(bucket, key, size);
      return true;
    } catch (RuntimeException e) {
      refusals.add(e.toString());
      return false;
    }
  }

  /** Why attempts did not work. */
  Set<String> refusals() {
    return refusals;
  }

  /** As the S3 face copies: what is read from the one key is written to the other. */
  void copy(String bucket, String from, String to, int size) {
    Body body = Body.of(random.nextLong(), size);
    put(bucket, from, body);
    put(bucket, to, body);
  }

  void delete(String bucket, String key) {
    answers.note(
        Deed.of(Deed.Kind.DELETE, bucket, key),
        () -> marker(store.delete(bucket, key, Condition.none())));
  }

  private static String marker(Deletion deletion) {
    return deletion instanceof Deletion.Hidden hidden ? hidden.markerId() : "-";
  }

  void deleteVersion(String bucket, String key, String version) {
    answers.note(
        Deed.of(Deed.Kind.DELETE_VERSION, bucket, key).on(version),
        () -> marker(store.deleteVersion(bucket, key, version)));
  }

  void deleteAll(String bucket, List<String> keys) {
    List<ObjectStore.Doomed> doomed =
        keys.stream().map(key -> new ObjectStore.Doomed(key, Optional.empty())).toList();
    answers.note(
        new Deed(Deed.Kind.DELETE_ALL, bucket, keys, "-", 0, Body.of(0, 0)),
        () ->
            String.join(
                ",",
                store.deleteAll(bucket, doomed).stream()
                    .map(each -> marker(each.deletion().orElseThrow()))
                    .toList()));
  }

  /** Keeps a new body aside in the stage. */
  void stagePut(String bucket, String stage, String key, int size) {
    Body bytes = Body.of(random.nextLong(), size);
    answers.note(
        Deed.of(Deed.Kind.STAGE_PUT, bucket, key).on(stage).with(bytes),
        () -> {
          try (IncomingBody body = sent(store.receive(Set.of()), bytes.bytes())) {
            return store
                .stages()
                .put(bucket, stage, key, body, Attributes.none(), Condition.none())
                .key();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  void stageDelete(String bucket, String stage, String key) {
    answers.note(
        Deed.of(Deed.Kind.STAGE_DELETE, bucket, key).on(stage),
        () -> store.stages().delete(bucket, stage, key, Condition.none()).key());
  }

  private Deed ofStage(Deed.Kind kind, String bucket, String stage) {
    List<String> keys =
        store.stages().list(bucket, stage, "", 1000).stream().map(Staged::key).toList();
    return new Deed(kind, bucket, keys, stage, 0, Body.of(0, 0));
  }

  /** Answered by the sequence, and the id that each key's version got. */
  void publish(String bucket, String stage) {
    Deed deed = ofStage(Deed.Kind.PUBLISH, bucket, stage);
    answers.note(
        deed,
        () -> {
          long sequence = store.stages().publish(bucket, stage, key -> {}).sequence();
          Map<String, String> ids = new HashMap<>();
          ((ChangeFeed.Answer.Page) store.changes().after(bucket, sequence - 1, 1))
              .changes()
              .forEach(each -> ids.put(each.key(), each.versionId()));
          return sequence
              + deed.keys().stream()
                  .map(key -> "," + ids.getOrDefault(key, "-"))
                  .collect(Collectors.joining());
        });
  }

  void drop(String bucket, String stage) {
    answers.note(
        ofStage(Deed.Kind.DROP, bucket, stage),
        () -> Integer.toString(store.stages().drop(bucket, stage, key -> {})));
  }

  String createUpload(String bucket, String key) {
    return answers.note(
        Deed.of(Deed.Kind.CREATE_UPLOAD, bucket, key),
        () ->
            store
                .createUpload(
                    bucket,
                    key,
                    Attributes.none(),
                    Optional.empty(),
                    StoredChecksum.Kind.FULL_OBJECT)
                .id());
  }

  /** The ETag of the part. */
  String addPart(String bucket, String key, String id, int number, int size) {
    Body bytes = Body.of(random.nextLong(), size);
    return answers.note(
        Deed.of(Deed.Kind.ADD_PART, bucket, key).on(id).part(number).with(bytes),
        () -> {
          Upload upload = store.upload(bucket, key, id);
          try (IncomingBody body = sent(store.receivePart(upload, Set.of()), bytes.bytes())) {
            Part part = store.addPart(bucket, upload, number, body);
            return part.etag();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Completes the upload with these parts, numbered from one. */
  void complete(String bucket, String key, String id, String... etags) {
    Completion.Chosen[] chosen = new Completion.Chosen[etags.length];
    for (int at = 0; at < etags.length; at++) {
      chosen[at] = new Completion.Chosen(at + 1, etags[at], Optional.empty());
    }
    Completion completion = new Completion(Arrays.asList(chosen), Optional.empty());
    answers.note(
        Deed.of(Deed.Kind.COMPLETE, bucket, key).on(id).part(etags.length),
        () -> store.completeUpload(bucket, key, id, completion, Condition.none()).id());
  }

  void abort(String bucket, String key, String id) {
    answers.note(
        Deed.of(Deed.Kind.ABORT, bucket, key).on(id),
        () -> {
          store.abortUpload(bucket, key, id);
          return id;
        });
  }
}
