package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings against a model that holds everything in memory, paged in every way. */
class ListingTest {
  private static final Comparator<String> BYTES =
      (left, right) ->
          Arrays.compareUnsigned(
              left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  private static final String[] PIECES = {
    "a", "b", "/", "//", "c/", "\u0001", "ü", "\uD83D\uDE00", "\uFFFD"
  };

  @TempDir Path directory;
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private String text(int max) {
    StringBuilder text = new StringBuilder();
    for (int count = random.nextInt(max + 1); count > 0; count--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  @Test
  void pagesPutTogetherAreWhatTheModelHolds() throws IOException {
    // The version ids of every key, newest first, and whether the newest is a delete marker.
    TreeMap<String, List<String>> versions = new TreeMap<>(BYTES);
    TreeSet<String> visible = new TreeSet<>(BYTES);
    try (ObjectStore store =
        ObjectStore.open(ObjectSettings.in(directory), InstantSource.system(), random)) {
      store.createBucket("lake", "");
      store.createBucket("lake-other", "");
      store.setVersioning("lake", Bucket.Versioning.ENABLED);
      put(store, "lake-other", "a/other");
      for (int step = 0; step < 400; step++) {
        String key = text(4) + "k";
        List<String> ids = versions.computeIfAbsent(key, each -> new ArrayList<>());
        if (random.nextInt(4) == 0) {
          Deletion.Hidden hidden = (Deletion.Hidden) store.delete("lake", key, Condition.none());
          ids.add(0, hidden.markerId());
          visible.remove(key);
        } else {
          ids.add(0, put(store, "lake", key));
          visible.add(key);
        }
      }
      for (int round = 0; round < 200; round++) {
        String prefix = text(2);
        String delimiter = random.nextInt(3) == 0 ? "" : random.nextInt(4) == 0 ? "//" : "/";
        String after = random.nextInt(3) == 0 ? text(3) : "";
        int max = 1 + random.nextInt(7);
        String setting = "seed " + seed + " prefix " + prefix + " delimiter " + delimiter;
        assertThat(keys(store, new Listing.Query(prefix, delimiter, after, max)))
            .as(setting + " after " + after)
            .isEqualTo(model(visible, prefix, delimiter, after));
        assertThat(versions(store, prefix, delimiter, max))
            .as(setting)
            .isEqualTo(versionModel(versions, prefix, delimiter));
      }
    }
  }

  private static String put(ObjectStore store, String bucket, String key) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(new byte[3]));
      body.finish();
      return store.put(bucket, key, body, Attributes.none(), Condition.none()).id();
    }
  }

  private static List<String> keys(ObjectStore store, Listing.Query query) {
    List<String> all = new ArrayList<>();
    Optional<String> marker = Optional.of(query.marker());
    while (marker.isPresent()) {
      Listing.Page page =
          store.list(
              "lake",
              new Listing.Query(query.prefix(), query.delimiter(), marker.get(), query.max()));
      assertThat(page.entries().size() + page.prefixes().size()).isLessThanOrEqualTo(query.max());
      List<String> both = new ArrayList<>(page.prefixes());
      page.entries().forEach(entry -> both.add(entry.key()));
      both.sort(BYTES);
      all.addAll(both);
      marker = page.next();
    }
    return all;
  }

  private static List<String> model(
      Set<String> keys, String prefix, String delimiter, String after) {
    TreeSet<String> lines = new TreeSet<>(BYTES);
    for (String key : keys) {
      boolean past = after.isEmpty() || BYTES.compare(key, after) > 0;
      if (key.startsWith(prefix) && past) {
        String line = roll(key, prefix, delimiter);
        if (!line.equals(after)) {
          lines.add(line);
        }
      }
    }
    return List.copyOf(lines);
  }

  private static String roll(String key, String prefix, String delimiter) {
    int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
    return at < 0 ? key : key.substring(0, at + delimiter.length());
  }

  private static List<String> versions(
      ObjectStore store, String prefix, String delimiter, int max) {
    List<String> all = new ArrayList<>();
    Optional<Listing.VersionMarker> marker =
        Optional.of(new Listing.VersionMarker("", Optional.empty()));
    while (marker.isPresent()) {
      Listing.Query query = new Listing.Query(prefix, delimiter, marker.get().key(), max);
      Listing.VersionPage page =
          store.listVersions("lake", new Listing.VersionQuery(query, marker.get().versionId()));
      assertThat(page.entries().size() + page.prefixes().size()).isLessThanOrEqualTo(max);
      page.entries()
          .forEach(
              each ->
                  all.add(each.version().key() + " " + each.version().id() + " " + each.latest()));
      all.addAll(page.prefixes());
      marker = page.next();
    }
    all.sort(null);
    return all;
  }

  private static List<String> versionModel(
      Map<String, List<String>> versions, String prefix, String delimiter) {
    TreeSet<String> lines = new TreeSet<>();
    versions.forEach(
        (key, ids) -> {
          if (key.startsWith(prefix)) {
            String line = roll(key, prefix, delimiter);
            for (String id : ids) {
              lines.add(line.equals(key) ? key + " " + id + " " + id.equals(ids.get(0)) : line);
            }
          }
        });
    return List.copyOf(lines);
  }
}
