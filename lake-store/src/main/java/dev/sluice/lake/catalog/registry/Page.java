package dev.sluice.lake.catalog.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Some of a list.
 *
 * @param next where the list goes on, if it does
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    // Iceberg asks lists whether they hold null, which List.copyOf's would not bear.
    items = Collections.unmodifiableList(new ArrayList<>(items));
  }
}
