package dev.sluice.lake.catalog.registry;

import java.util.Optional;

/** Which part of a list is wanted: what comes after a name, so many of it at most. */
public record Cut(Optional<String> after, int limit) {
  public static Cut whole() {
    return new Cut(Optional.empty(), Integer.MAX_VALUE - 1);
  }
}
