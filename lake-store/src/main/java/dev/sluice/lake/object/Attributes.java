package dev.sluice.lake.object;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a writer says of an object: system headers given back as they came ({@code content-type},
 * {@code cache-control} ...), and the writer's own metadata. Names in lower case.
 */
public record Attributes(Map<String, String> headers, Map<String, String> metadata) {
  private static final int MAX_METADATA = 2048;

  public Attributes {
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
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

  public static Attributes none() {
    return new Attributes(Map.of(), Map.of());
  }
}
