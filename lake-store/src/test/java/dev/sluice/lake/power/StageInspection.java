package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.object.Change;
import dev.sluice.lake.object.ChangeFeed;
import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.Staged;
import dev.sluice.lake.object.Stages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares what a store keeps aside with what was asked of it; a publish that was under way became
 * true of all its keys, by one commit, or of none.
 */
final class StageInspection {
  private static final int ALL = 100_000;

  private final ObjectStore store;
  private final Ledger ledger;
  private final List<Deed> underway;

  StageInspection(ObjectStore store, Ledger ledger, List<Deed> underway) {
    this.store = store;
    this.ledger = ledger;
    this.underway = underway;
  }

  void check(String bucket) {
    Set<String> names = new TreeSet<>(store.stages().names(bucket));
    ledger.stages().stream()
        .filter(each -> each.get(0).equals(bucket))
        .forEach(each -> names.add(each.get(1)));
    underway.stream()
        .filter(each -> each.ofStage(bucket, each.subject()))
        .forEach(each -> names.add(each.subject()));
    for (String name : names) {
      Map<String, String> found = found(bucket, name);
      List<Map<String, String>> possible = new ArrayList<>();
      possible.add(etags(ledger.stage(bucket, name)));
      for (Deed deed : underway(bucket, name)) {
        possible.add(etags(ledger.stageAfter(deed)));
        if (deed.kind() == Deed.Kind.PUBLISH) {
          checkPublish(deed, found.isEmpty());
        }
      }
      assertThat(possible).as("stage " + bucket + " " + name).contains(found);
    }
    checkAskedAgain(bucket);
  }

  private List<Deed> underway(String bucket, String name) {
    return underway.stream().filter(each -> each.ofStage(bucket, name)).toList();
  }

  private Map<String, String> found(String bucket, String name) {
    return store.stages().list(bucket, name, "", ALL).stream()
        .collect(
            Collectors.toMap(
                Staged::key, each -> each.version().map(ObjectVersion::etag).orElse("-")));
  }

  private static Map<String, String> etags(Map<String, Optional<Body>> staged) {
    Map<String, String> etags = new TreeMap<>();
    staged.forEach((key, body) -> etags.put(key, body.map(Body::etag).orElse("-")));
    return etags;
  }

  private void checkPublish(Deed deed, boolean done) {
    for (String key : deed.keys()) {
      List<Ledger.Version> wanted =
          done ? ledger.after(deed, key, Ledger.UNKNOWN) : ledger.versions(deed.bucket(), key);
      assertThat(Inspection.agree(versions(deed.bucket(), key), wanted))
          .as((done ? "all" : "none") + " of " + deed + ": " + key)
          .isTrue();
    }
    if (done) {
      checkOneCommit(deed.bucket(), deed.subject(), ledger.changedBy(deed));
    }
  }

  private List<ObjectVersion> versions(String bucket, String key) {
    Listing.Query query = new Listing.Query(key, "", "", ALL);
    return store
        .listVersions(bucket, new Listing.VersionQuery(query, Optional.empty()))
        .entries()
        .stream()
        .map(Listing.VersionEntry::version)
        .filter(each -> each.key().equals(key))
        .toList();
  }

  /** The feed tells of the keys, and of no others, at the sequence of the publish. */
  private Stages.Published checkOneCommit(String bucket, String name, Set<String> keys) {
    Stages.Published published = store.stages().publish(bucket, name, key -> {});
    Set<String> told =
        ((ChangeFeed.Answer.Page) store.changes().after(bucket, published.sequence() - 1, 1))
            .changes().stream()
                .filter(each -> each.sequence() == published.sequence())
                .map(Change::key)
                .collect(Collectors.toSet());
    assertThat(told).as("published by one commit: " + bucket + " " + name).isEqualTo(keys);
    return published;
  }

  /** Who asks again for what was published gets the answer of then. */
  private void checkAskedAgain(String bucket) {
    Map<String, Ledger.Published> last = new HashMap<>();
    ledger.published().stream()
        .filter(each -> each.bucket().equals(bucket))
        .forEach(each -> last.put(each.stage(), each));
    for (Ledger.Published each : last.values()) {
      if (underway(bucket, each.stage()).isEmpty() && found(bucket, each.stage()).isEmpty()) {
        assertThat(checkOneCommit(bucket, each.stage(), each.keys()).sequence())
            .as("asked again for " + each)
            .isEqualTo(each.sequence());
      }
    }
  }

  /** What is still kept aside can be published, and every byte of it is there. */
  void publishAll(String bucket) throws IOException {
    for (String name : store.stages().names(bucket)) {
      Map<String, Optional<Body>> staged = new TreeMap<>(ledger.stage(bucket, name));
      Map<String, String> found = found(bucket, name);
      underway(bucket, name).stream()
          .map(ledger::stageAfter)
          .filter(each -> etags(each).equals(found))
          .forEach(staged::putAll);
      Stages.Published published = store.stages().publish(bucket, name, key -> {});
      assertThat(published.keys()).isEqualTo(found.size());
      for (Map.Entry<String, Optional<Body>> each : staged.entrySet()) {
        check(bucket, each.getKey(), each.getValue(), published.sequence());
      }
    }
  }

  private void check(String bucket, String key, Optional<Body> body, long sequence)
      throws IOException {
    Optional<ObjectVersion> now =
        versions(bucket, key).stream().findFirst().filter(each -> !each.deleteMarker());
    assertThat(now.isPresent()).as(bucket + " " + key + " is there").isEqualTo(body.isPresent());
    if (body.isPresent()) {
      assertThat(now.get().sequence()).isEqualTo(sequence);
      byte[] bytes = Inspection.read(store.open(bucket, key, Optional.empty()).orElseThrow());
      assertThat(Arrays.equals(bytes, body.get().bytes())).as(key + " is whole").isTrue();
    }
  }
}
