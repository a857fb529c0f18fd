package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.Completion;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.IncomingBody;
import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectReader;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.OpenObject;
import dev.sluice.lake.object.Part;
import dev.sluice.lake.object.StoreException;
import dev.sluice.lake.object.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares a store with what it must hold: all that was acknowledged; of what was under way, all or
 * nothing of each deed; nothing else; and every byte as it was written.
 */
final class Inspection {
  private static final int ALL = 100_000;

  private final ObjectStore store;
  private final Ledger ledger;
  private final List<Deed> underway;

  Inspection(ObjectStore store, History.Standing standing) {
    this.store = store;
    this.ledger = standing.ledger();
    this.underway = standing.underway();
  }

  void run() throws IOException {
    checkBuckets();
    for (Bucket each : store.listBuckets()) {
      checkKeys(each.name());
      checkUploads(each.name());
      new StageInspection(store, ledger, underway).check(each.name());
    }
  }

  private void checkBuckets() {
    Map<String, String> found = new TreeMap<>();
    store.listBuckets().forEach(each -> found.put(each.name(), each.versioning().name()));
    Map<String, String> either = new TreeMap<>(ledger.buckets());
    for (Deed deed : underway) {
      boolean made = deed.kind() == Deed.Kind.CREATE_BUCKET && found.containsKey(deed.bucket());
      boolean set =
          deed.kind() == Deed.Kind.SET_VERSIONING
              && deed.subject().equals(found.get(deed.bucket()));
      if (made || set) {
        either.put(deed.bucket(), set ? deed.subject() : "OFF");
      }
    }
    assertThat(found).as("buckets").isEqualTo(either);
  }

  private void checkKeys(String bucket) throws IOException {
    Map<String, List<ObjectVersion>> found = new LinkedHashMap<>();
    Listing.Query everything = new Listing.Query("", "", "", ALL);
    for (Listing.VersionEntry each :
        store
            .listVersions(bucket, new Listing.VersionQuery(everything, Optional.empty()))
            .entries()) {
      found.computeIfAbsent(each.version().key(), key -> new ArrayList<>()).add(each.version());
      assertThat(each.latest())
          .as("latest " + each.version().key())
          .isEqualTo(found.get(each.version().key()).size() == 1);
    }
    Set<String> keys = new TreeSet<>(found.keySet());
    ledger.places().stream()
        .filter(place -> place.get(0).equals(bucket))
        .forEach(place -> keys.add(place.get(1)));
    Map<String, String> current = new TreeMap<>();
    new FeedInspection(store, ledger, underway).check(bucket, keys, found);
    for (String key : keys) {
      List<ObjectVersion> versions = found.getOrDefault(key, List.of());
      checkVersions(bucket, key, versions);
      if (!versions.isEmpty() && !versions.get(0).deleteMarker()) {
        current.put(key, versions.get(0).etag() + " " + versions.get(0).size());
      }
    }
    Map<String, String> listed = new TreeMap<>();
    store
        .list(bucket, everything)
        .entries()
        .forEach(each -> listed.put(each.key(), each.etag() + " " + each.size()));
    assertThat(listed).as("the listing of " + bucket).isEqualTo(current);
  }

  private void checkVersions(String bucket, String key, List<ObjectVersion> found)
      throws IOException {
    List<List<Ledger.Version>> possible = new ArrayList<>();
    possible.add(ledger.versions(bucket, key));
    underway.stream()
        .filter(deed -> deed.bucket().equals(bucket) && deed.keys().contains(key))
        .filter(deed -> ledger.buckets().containsKey(bucket))
        .forEach(deed -> possible.add(ledger.after(deed, key, Ledger.UNKNOWN)));
    if (ledger.hasty(bucket)) {
      possible.addAll(ledger.past(bucket, key));
    }
    for (List<Ledger.Version> each : possible) {
      if (agree(found, each)) {
        checkBytes(bucket, found, each);
        return;
      }
    }
    List<String> instead = found.stream().map(each -> each.id() + " " + each.etag()).toList();
    throw new AssertionError(bucket + " " + key + " has " + instead + ", not one of " + possible);
  }

  static boolean agree(List<ObjectVersion> found, List<Ledger.Version> wanted) {
    if (found.size() != wanted.size()) {
      return false;
    }
    for (int at = 0; at < found.size(); at++) {
      ObjectVersion version = found.get(at);
      Ledger.Version want = wanted.get(at);
      boolean named = want.id().equals(Ledger.UNKNOWN) || want.id().equals(version.id());
      boolean bytes =
          want.body().isEmpty()
              ? version.deleteMarker()
              : version.etag().equals(want.body().get().etag());
      if (!named || !bytes) {
        return false;
      }
    }
    return true;
  }

  private void checkBytes(String bucket, List<ObjectVersion> found, List<Ledger.Version> wanted)
      throws IOException {
    for (int at = 0; at < found.size(); at++) {
      if (wanted.get(at).body().isPresent()) {
        checkBytes(bucket, found.get(at), wanted.get(at).body().get());
      }
    }
  }

  private void checkBytes(String bucket, ObjectVersion version, Body body) throws IOException {
    byte[] bytes;
    try {
      bytes = read(store.open(bucket, version.key(), Optional.of(version.id())).orElseThrow());
    } catch (IOException | StoreException e) {
      if (ledger.hasty(bucket)) {
        // Bytes that did not reach the disk: refused, which is all that was promised.
        return;
      }
      throw e;
    }
    if (!Arrays.equals(bytes, body.bytes())) {
      throw new AssertionError(version.key() + " " + version.id() + " is torn");
    }
  }

  static byte[] read(OpenObject open) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (open;
        ObjectReader reader = open.reader()) {
      for (Optional<byte[]> piece = reader.next(1 << 18);
          piece.isPresent();
          piece = reader.next(1 << 18)) {
        bytes.writeBytes(piece.get());
      }
    }
    return bytes.toByteArray();
  }

  private void checkUploads(String bucket) {
    Map<String, Upload> found = new TreeMap<>();
    Listing.Query everything = new Listing.Query("", "", "", ALL);
    store
        .listUploads(bucket, new Listing.UploadQuery(everything, Optional.empty()))
        .entries()
        .forEach(each -> found.put(each.id(), each));
    for (Map.Entry<String, Ledger.Started> each : ledger.uploads().entrySet()) {
      Upload upload = found.remove(each.getKey());
      Optional<Deed> ending = ending(each.getKey());
      assertThat(upload != null || ending.isPresent())
          .as("upload " + each.getKey() + " is there")
          .isTrue();
      if (ending.filter(deed -> deed.kind() == Deed.Kind.COMPLETE).isPresent()) {
        checkCompletion(ending.get(), upload == null);
      }
      if (upload != null) {
        checkParts(upload, each.getValue());
      }
    }
    found
        .values()
        .forEach(
            each ->
                assertThat(underway)
                    .as("an upload nobody asked for: " + each)
                    .anyMatch(
                        deed ->
                            deed.kind() == Deed.Kind.CREATE_UPLOAD
                                && deed.key().equals(each.key())));
  }

  private Optional<Deed> ending(String upload) {
    return underway.stream()
        .filter(deed -> deed.kind() == Deed.Kind.COMPLETE || deed.kind() == Deed.Kind.ABORT)
        .filter(deed -> deed.subject().equals(upload))
        .findFirst();
  }

  /** The upload is gone exactly when its object is there. */
  private void checkCompletion(Deed deed, boolean gone) {
    String etag = ledger.after(deed, deed.key(), Ledger.UNKNOWN).get(0).body().orElseThrow().etag();
    boolean there =
        store
            .find(deed.bucket(), deed.key(), Optional.empty())
            .filter(each -> each.etag().equals(etag))
            .isPresent();
    assertThat(there).as("completed, of " + deed).isEqualTo(gone);
  }

  private void checkParts(Upload upload, Ledger.Started started) {
    Map<Integer, String> found = new TreeMap<>();
    for (Part each : store.listParts(upload, 0, 10_000)) {
      found.put(each.number(), each.etag());
    }
    Map<Integer, String> wanted = new TreeMap<>();
    started.parts().forEach((number, body) -> wanted.put(number, body.etag()));
    for (Deed deed : underway) {
      if (deed.kind() == Deed.Kind.ADD_PART
          && deed.subject().equals(upload.id())
          && deed.body().etag().equals(found.get(deed.number()))) {
        wanted.put(deed.number(), deed.body().etag());
      }
    }
    assertThat(found).as("parts of " + upload).isEqualTo(wanted);
  }

  /**
   * Uploads under way can be completed, stages published, new objects be written, and nothing is
   * numbered anew.
   */
  void goOn() throws IOException {
    for (Map.Entry<String, Ledger.Started> each : ledger.uploads().entrySet()) {
      if (ending(each.getKey()).isEmpty() && !each.getValue().parts().isEmpty()) {
        complete(each.getKey(), each.getValue());
      }
    }
    for (Bucket bucket : store.listBuckets()) {
      new StageInspection(store, ledger, underway).publishAll(bucket.name());
      Body body = Body.of(1, 7_000);
      try (IncomingBody incoming = store.receive(Set.of())) {
        incoming.accept(ByteBuffer.wrap(body.bytes()));
        incoming.finish();
        ObjectVersion written =
            store.put(bucket.name(), "later", incoming, Attributes.none(), Condition.none());
        checkBytes(bucket.name(), written, body);
        if (bucket.versioning() == Bucket.Versioning.ENABLED) {
          assertThat(written.id()).isGreaterThan(ledger.greatest());
        }
      }
    }
  }

  private void complete(String id, Ledger.Started started) throws IOException {
    Upload upload = store.upload(started.bucket(), started.key(), id);
    List<Part> parts = store.listParts(upload, 0, 10_000);
    Part last = parts.get(parts.size() - 1);
    Completion completion =
        new Completion(
            List.of(new Completion.Chosen(last.number(), last.etag(), Optional.empty())),
            Optional.empty());
    ObjectVersion version =
        store.completeUpload(started.bucket(), started.key(), id, completion, Condition.none());
    Body part = started.parts().get(last.number());
    if (part != null && part.etag().equals(last.etag())) {
      checkBytes(started.bucket(), version, new Body(part.pieces(), Body.Origin.PARTS));
    }
  }
}
