package dev.sluice.infra.compute;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What machines are asked for with.
 *
 * @param token the asker's own name for the wish: asked again with it, the same machines answer
 */
public record Launch(
    String imageId,
    String type,
    int min,
    int max,
    Optional<String> zone,
    Map<String, String> tags,
    Optional<String> token) {
  public Launch {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException("at least one machine, and no fewer than the minimum");
    }
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
  }
}
