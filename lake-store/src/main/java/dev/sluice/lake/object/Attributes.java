package dev.sluice.lake.object;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a writer says of an object: system headers given back as they came ({@code content-type},
 * {@code cache-control} ...), and the writer's own metadata, names in lower case; and the tags of
 * the object.
 */
public record Attributes(
    Map<String, String> headers, Map<String, String> metadata, Map<String, String> tags) {
  private static final int MAX_METADATA = 2048;

  public Attributes {
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    int size = 0;
    for (Map.Entry<String, String> each : metadata.entrySet()) {
      size += each.getKey().length() + each.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (size > MAX_METADATA) {
      throw new StoreException(
          StoreException.Reason.METADATA_TOO_LARGE,
          "Your metadata headers exceed the maximum allowed metadata size of 2048 bytes");
    }
  }

  public Attributes withTags(Map<String, String> others) {
    return new Attributes(headers, metadata, others);
  }

  public static Attributes none() {
    return new Attributes(Map.of(), Map.of(), Map.of());
  }
}
