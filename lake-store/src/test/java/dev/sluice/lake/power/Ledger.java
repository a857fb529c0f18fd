package dev.sluice.lake.power;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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

  /** Buckets and the state of their versioning. */
  private final Map<String, String> buckets = new TreeMap<>();

  /** Buckets whose writers were answered before their bytes were on disk. */
  private final Set<String> hasty = new HashSet<>();

  /** What keys of such buckets held before: that may come back. */
  private final Map<List<String>, List<List<Version>>> past = new TreeMap<>(ORDER);

  /** For each bucket and key its versions, the newest first. */
  private final Map<List<String>, List<Version>> versions = new TreeMap<>(ORDER);

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
      default -> {
        String[] answers = answer.split(",", -1);
        for (int at = 0; at < deed.keys().size(); at++) {
          String key = deed.keys().get(at);
          String id = answer.equals(UNKNOWN) ? UNKNOWN : answers[at];
          List<String> place = List.of(deed.bucket(), key);
          past.computeIfAbsent(place, any -> new ArrayList<>())
              .add(versions.getOrDefault(place, List.of()));
          versions.put(place, after(deed, key, id));
          if (id.length() == 32) {
            ids.add(id);
          }
        }
        if (deed.kind() == Deed.Kind.COMPLETE || deed.kind() == Deed.Kind.ABORT) {
          uploads.remove(deed.subject());
        }
      }
    }
  }

  /** The key's versions were the deed done as well. */
  List<Version> after(Deed deed, String key, String id) {
    List<Version> now = new ArrayList<>(versions(deed.bucket(), key));
    switch (deed.kind()) {
      case PUT -> add(deed.bucket(), now, new Version(id, Optional.of(deed.body())));
      case COMPLETE -> add(deed.bucket(), now, new Version(id, Optional.of(whole(deed))));
      case DELETE, DELETE_ALL -> {
        if (buckets.get(deed.bucket()).equals("OFF")) {
          now.clear();
        } else {
          add(deed.bucket(), now, new Version(id, Optional.empty()));
        }
      }
      case DELETE_VERSION -> now.removeIf(each -> each.id().equals(deed.subject()));
      default -> {}
    }
    return now;
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
