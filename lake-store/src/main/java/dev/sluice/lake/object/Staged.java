package dev.sluice.lake.object;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A change that is kept aside: what will become of a key when its stage is published.
 *
 * @param version what will be written, without a place in history yet; none if the key will be
 *     deleted
 * @param condition what must hold of the key when the stage is published
 * @param upload the multipart upload it came from, if from one
 */
public record Staged(
    String key,
    Optional<ObjectVersion> version,
    Condition condition,
    Instant since,
    Optional<String> upload) {
  List<Extent> extents() {
    return version.map(each -> each.content().extents()).orElse(List.of());
  }
}
