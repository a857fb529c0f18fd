package dev.sluice.lake.power;

import dev.sluice.lake.object.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a store must hold after the deeds it acknowledged, in S3's terms. Deeds on one key were
 * asked for one after the other.
 */
final class Ledger {
  /** An id that only an answer would have told. */
  static final String UNKNOWN = "?";

  private static final String NULL = "null";

  /** A version, or a delete marker when it has no body. */
  record Version(String id, Optional<Body> body) {}

  /** An upload under way, its parts by number. */
  record Started(String bucket, String key, Map<Integer, Body> parts) {}

  /** What the change feed tells of a version: what became of it. */
  record Told(Change.Kind kind, String id, String etag) {
    static Told of(Change.Kind kind, Version version) {
      return new Told(kind, version.id(), version.body().map(Body::etag).orElse(""));
    }

    boolean by(Change change) {
      return change.kind() == kind
          && (id.equals(UNKNOWN) || change.versionId().equals(id))
          && change.etag().equals(etag);
    }
  }

  /** A stage that became true by the commit; the keys are those it changed. */
  record Published(String bucket, String stage, long sequence, Set<String> keys) {}

  /** Buckets and the state of their versioning. */
  private final Map<String, String> buckets = new TreeMap<>();

  /** Buckets whose writers were answered before their bytes were on disk. */
  private final Set<String> hasty = new HashSet<>();

  /** What keys of such buckets held before: that may come back. */
  private final Map<List<String>, List<List<Version>>> past = new TreeMap<>(ORDER);

  /** For each bucket and key its versions, the newest first. */
  private final Map<List<String>, List<Version>> versions = new TreeMap<>(ORDER);

  /** For each bucket and key what the change feed tells of it, in order. */
  private final Map<List<String>, List<Told>> told = new TreeMap<>(ORDER);

  /** For each bucket and stage what is kept aside in it, by key; a deletion has no body. */
  private final Map<List<String>, Map<String, Optional<Body>>> stages = new TreeMap<>(ORDER);

  private final List<Published> published = new ArrayList<>();
  private final Map<String, Started> uploads = new TreeMap<>();
  private final Set<String> ids = new HashSet<>();

  private static final Comparator<List<String>> ORDER =
      Comparator.comparing((List<String> place) -> place.get(0))
          .thenComparing(place -> place.get(1));

  Map<String, String> buckets() {
    return buckets;
  }

  Set<List<String>> places() {
    return versions.keySet();
  }

  List<Version> versions(String bucket, String key) {
    return versions.getOrDefault(List.of(bucket, key), List.of());
  }

  boolean hasty(String bucket) {
    return hasty.contains(bucket);
  }

  /** What the key held before it held its versions of now. */
  List<List<Version>> past(String bucket, String key) {
    return past.getOrDefault(List.of(bucket, key), List.of());
  }

  /** What the feed tells of a key. */
  List<Told> told(String bucket, String key) {
    return told.getOrDefault(List.of(bucket, key), List.of());
  }

  /** The stages, each named by its bucket and its name. */
  Set<List<String>> stages() {
    return stages.keySet();
  }

  Map<String, Optional<Body>> stage(String bucket, String name) {
    return stages.getOrDefault(List.of(bucket, name), Map.of());
  }

  List<Published> published() {
    return published;
  }

  Map<String, Started> uploads() {
    return uploads;
  }

  /** The greatest version id ever acknowledged. */
  String greatest() {
    return ids.isEmpty() ? "" : Collections.max(ids);
  }

  void apply(Deed deed, String answer) {
    switch (deed.kind()) {
      case CREATE_BUCKET -> buckets.put(deed.bucket(), "OFF");
      case SET_VERSIONING -> buckets.put(deed.bucket(), deed.subject());
      case SET_DURABILITY -> hasty.add(deed.bucket());
      case CREATE_UPLOAD ->
          uploads.put(answer, new Started(deed.bucket(), deed.key(), new TreeMap<>()));
      case ADD_PART -> uploads.get(deed.subject()).parts().put(deed.number(), deed.body());
      case STAGE_PUT, STAGE_DELETE, DROP ->
          stages.put(List.of(deed.bucket(), deed.subject()), stageAfter(deed));
      case PUBLISH -> publish(deed, answer);
      default -> {
        change(deed, answer.split(",", -1));
        if (deed.kind() == Deed.Kind.COMPLETE || deed.kind() == Deed.Kind.ABORT) {
          uploads.remove(deed.subject());
        }
      }
    }
  }

  private void change(Deed deed, String... answers) {
    for (int at = 0; at < deed.keys().size(); at++) {
      String key = deed.keys().get(at);
      String id = answers[0].equals(UNKNOWN) ? UNKNOWN : answers[at];
      List<String> place = List.of(deed.bucket(), key);
      past.computeIfAbsent(place, any -> new ArrayList<>())
          .add(versions.getOrDefault(place, List.of()));
      told.computeIfAbsent(place, any -> new ArrayList<>()).addAll(tells(deed, key, id));
      versions.put(place, after(deed, key, id));
      if (id.length() == 32) {
        ids.add(id);
      }
    }
  }

  /** The answer: the sequence, and each key's version id. */
  private void publish(Deed deed, String answer) {
    Set<String> staged = stage(deed.bucket(), deed.subject()).keySet();
    if (!staged.equals(Set.copyOf(deed.keys()))) {
      throw new IllegalStateException("not what was staged, " + staged + ": " + deed);
    }
    String[] fields = answer.split(",", -1);
    published.add(
        new Published(deed.bucket(), deed.subject(), Long.parseLong(fields[0]), changedBy(deed)));
    change(deed, Arrays.copyOfRange(fields, 1, fields.length));
    stages.put(List.of(deed.bucket(), deed.subject()), stageAfter(deed));
  }

  /** The keys the deed would change; to delete what is not there changes nothing. */
  Set<String> changedBy(Deed deed) {
    return deed.keys().stream()
        .filter(key -> !tells(deed, key, UNKNOWN).isEmpty())
        .collect(Collectors.toSet());
  }

  /** What the feed would tell of the key were the deed done as well. */
  List<Told> tells(Deed deed, String key, String id) {
    List<Version> before = versions(deed.bucket(), key);
    List<Version> now = after(deed, key, id);
    return switch (deed.kind()) {
      case PUT, COMPLETE, DELETE, DELETE_ALL, PUBLISH -> {
        if (!now.isEmpty()) {
          Version newest = now.get(0);
          boolean marker = newest.body().isEmpty();
          yield List.of(Told.of(marker ? Change.Kind.DELETE_MARKER : Change.Kind.PUT, newest));
        }
        yield before.isEmpty() ? List.of() : List.of(Told.of(Change.Kind.DELETE, before.get(0)));
      }
      case DELETE_VERSION -> tellsOfVersion(before, now, deed.subject());
      default -> List.of();
    };
  }

  private static List<Told> tellsOfVersion(List<Version> before, List<Version> now, String id) {
    if (before.size() == now.size()) {
      return List.of();
    }
    if (!before.get(0).id().equals(id)) {
      Version gone = before.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
      return List.of(Told.of(Change.Kind.REMOVE_VERSION, gone));
    }
    Told gone = Told.of(Change.Kind.DELETE, before.get(0));
    return now.isEmpty() || now.get(0).body().isEmpty()
        ? List.of(gone)
        : List.of(gone, Told.of(Change.Kind.RESTORE, now.get(0)));
  }

  /** What the deed's stage would hold were the deed done as well. */
  Map<String, Optional<Body>> stageAfter(Deed deed) {
    Map<String, Optional<Body>> staged = new TreeMap<>(stage(deed.bucket(), deed.subject()));
    switch (deed.kind()) {
      case STAGE_PUT -> staged.put(deed.key(), Optional.of(deed.body()));
      case STAGE_DELETE -> staged.put(deed.key(), Optional.empty());
      default -> staged.clear();
    }
    return staged;
  }

  /** The key's versions were the deed done as well. */
  List<Version> after(Deed deed, String key, String id) {
    List<Version> now = new ArrayList<>(versions(deed.bucket(), key));
    switch (deed.kind()) {
      case PUT -> add(deed.bucket(), now, new Version(id, Optional.of(deed.body())));
      case COMPLETE -> add(deed.bucket(), now, new Version(id, Optional.of(whole(deed))));
      case DELETE, DELETE_ALL -> delete(deed.bucket(), now, id);
      case PUBLISH -> {
        Optional<Body> body = stage(deed.bucket(), deed.subject()).get(key);
        if (body.isPresent()) {
          add(deed.bucket(), now, new Version(id, body));
        } else {
          delete(deed.bucket(), now, id);
        }
      }
      case DELETE_VERSION -> now.removeIf(each -> each.id().equals(deed.subject()));
      default -> {}
    }
    return now;
  }

  private void delete(String bucket, List<Version> now, String id) {
    if (buckets.get(bucket).equals("OFF")) {
      now.clear();
    } else {
      add(bucket, now, new Version(id, Optional.empty()));
    }
  }

  private void add(String bucket, List<Version> now, Version version) {
    boolean named = buckets.get(bucket).equals("ENABLED");
    if (!named) {
      now.removeIf(each -> each.id().equals(NULL));
    }
    now.add(0, named ? version : new Version(NULL, version.body()));
  }

  private Body whole(Deed deed) {
    Map<Integer, Body> parts = uploads.get(deed.subject()).parts();
    List<Body.Piece> pieces = new ArrayList<>();
    for (int number = 1; number <= deed.number(); number++) {
      pieces.addAll(parts.get(number).pieces());
    }
    return new Body(pieces, Body.Origin.PARTS);
  }
}
