package dev.sluice.lake;

import dev.sluice.lake.catalog.FileAccess;
import dev.sluice.lake.dataset.ObjectSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.io.FileInfo;

/** The objects of somebody else's store, which can only be listed, all of them at a time. */
final class ListedObjects implements ObjectSource {
  private static final int PAGE = 1000;

  private final FileAccess access;
  private Optional<Walk> walk = Optional.empty();

  private record Walk(S3FileIO files, Iterator<FileInfo> left, String start) {}

  ListedObjects(FileAccess access) {
    this.access = access;
  }

  @Override
  public boolean follows() {
    return false;
  }

  /** Not asked: whoever declares a dataset of a bucket that is not there sees nothing counted. */
  @Override
  public boolean holds(String bucket) {
    return bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  }

  @Override
  public long now() {
    return 0;
  }

  @Override
  public Changes after(String bucket, String prefix, long sequence) {
    return new Lost();
  }

  @Override
  public Optional<Entry> find(String bucket, String key) {
    return Optional.empty();
  }

  /** Called by one thread, from the first page of a listing to its last. */
  @Override
  public Entries list(String bucket, String prefix, Optional<String> after) {
    String start = "s3://" + bucket + "/";
    if (after.isEmpty()) {
      close();
      S3FileIO files = new S3FileIO();
      files.initialize(Map.copyOf(access.properties()));
      walk = Optional.of(new Walk(files, files.listPrefix(start + prefix).iterator(), start));
    }
    Walk walking = walk.orElseThrow(() -> new IllegalStateException("no listing is under way"));
    List<Entry> entries = new ArrayList<>();
    while (entries.size() < PAGE && walking.left.hasNext()) {
      FileInfo file = walking.left.next();
      String key = file.location().substring(walking.start.length());
      entries.add(new Entry(key, file.size(), "", Instant.ofEpochMilli(file.createdAtMillis())));
    }
    if (!walking.left.hasNext()) {
      close();
      return new Entries(entries, Optional.empty());
    }
    return new Entries(entries, Optional.of(entries.get(entries.size() - 1).key()));
  }

  private void close() {
    walk.ifPresent(open -> open.files.close());
    walk = Optional.empty();
  }

  @Override
  public List<Place> places(int most) {
    return List.of();
  }
}
