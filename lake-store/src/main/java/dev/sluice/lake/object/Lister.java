package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers listings, one page at a time. */
final class Lister {
  private final Rows rows;

  Lister(Rows rows) {
    this.rows = rows;
  }

  Listing.Page keys(String bucket, Listing.Query query) {
    List<Listing.Entry> entries = new ArrayList<>();
    Optional<String> last = Optional.empty();
    try (KeyWalk walk = new KeyWalk(rows, RowKey.HEAD, bucket, query)) {
      while (walk.valid()) {
        Head head = RowCodec.head(walk.value());
        if (head.deleted()) {
          walk.next();
          continue;
        }
        if (entries.size() + walk.prefixes().size() >= query.max()) {
          return new Listing.Page(entries, walk.prefixes(), last);
        }
        String key = walk.key();
        Optional<String> rolled = walk.rolledUp(key);
        last = rolled.or(() -> Optional.of(key));
        if (rolled.isPresent()) {
          walk.roll(rolled.get());
        } else {
          entries.add(
              new Listing.Entry(
                  key, head.size(), head.etag(), head.modified(), head.checksumName()));
          walk.next();
        }
      }
      return new Listing.Page(entries, walk.prefixes(), Optional.empty());
    }
  }

  Listing.VersionPage versions(String bucket, Listing.VersionQuery query) {
    List<Listing.VersionEntry> entries = new ArrayList<>();
    Optional<Listing.VersionMarker> last = Optional.empty();
    try (KeyWalk walk = new KeyWalk(rows, RowKey.VERSION, bucket, query.keys())) {
      String before = resume(walk, bucket, query);
      while (walk.valid()) {
        String key = walk.key();
        if (entries.size() + walk.prefixes().size() >= query.keys().max()) {
          return new Listing.VersionPage(entries, walk.prefixes(), last);
        }
        Optional<String> rolled = walk.rolledUp(key);
        if (rolled.isPresent()) {
          walk.roll(rolled.get());
          last = Optional.of(new Listing.VersionMarker(rolled.get(), Optional.empty()));
          continue;
        }
        ObjectVersion version = RowCodec.version(walk.value());
        entries.add(new Listing.VersionEntry(version, !key.equals(before)));
        last = Optional.of(new Listing.VersionMarker(key, Optional.of(version.id())));
        before = key;
        walk.next();
      }
      return new Listing.VersionPage(entries, walk.prefixes(), Optional.empty());
    }
  }

  /** Goes to the version after the marker; the key of which a version was already listed. */
  private String resume(KeyWalk walk, String bucket, Listing.VersionQuery query) {
    if (query.versionMarker().isEmpty() || query.keys().marker().isEmpty()) {
      return "";
    }
    String key = query.keys().marker();
    String id = query.versionMarker().get();
    long number;
    if (id.equals(VersionId.NULL)) {
      number =
          rows.get(RowKey.head(bucket, key)).map(RowCodec::head).map(Head::nullSequence).orElse(0L);
    } else {
      number =
          VersionId.sequence(id)
              .orElseThrow(
                  () ->
                      new StoreException(
                          StoreException.Reason.INVALID_ARGUMENT, "Invalid version id specified"));
    }
    if (number == 0) {
      // The version named is gone; where it was nobody knows. To repeat is better than to leave
      // out.
      walk.seekTo(RowKey.versions(bucket, key));
      return "";
    }
    walk.seekTo(RowKey.version(bucket, key, number - 1));
    return key;
  }

  Listing.UploadPage uploads(String bucket, Listing.UploadQuery query) {
    List<Upload> entries = new ArrayList<>();
    Optional<Listing.UploadMarker> last = Optional.empty();
    try (KeyWalk walk = new KeyWalk(rows, RowKey.UPLOAD, bucket, query.keys())) {
      String keyMarker = query.keys().marker();
      if (query.uploadMarker().isPresent() && !keyMarker.isEmpty()) {
        walk.seekTo(RowKey.upload(bucket, keyMarker, query.uploadMarker().get() + "\1"));
      }
      while (walk.valid()) {
        if (entries.size() + walk.prefixes().size() >= query.keys().max()) {
          return new Listing.UploadPage(entries, walk.prefixes(), last);
        }
        Optional<String> rolled = walk.rolledUp(walk.key());
        if (rolled.isPresent()) {
          walk.roll(rolled.get());
          last = Optional.of(new Listing.UploadMarker(rolled.get(), Optional.empty()));
        } else {
          Upload upload = RowCodec.upload(walk.value());
          entries.add(upload);
          last = Optional.of(new Listing.UploadMarker(upload.key(), Optional.of(upload.id())));
          walk.next();
        }
      }
      return new Listing.UploadPage(entries, walk.prefixes(), Optional.empty());
    }
  }
}
