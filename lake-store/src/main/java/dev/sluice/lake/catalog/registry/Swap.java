package dev.sluice.lake.catalog.registry;

import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One pointer's change.
 *
 * @param expected what it must be still; empty when the name must stand for nothing yet
 */
public record Swap(TableIdentifier name, Kind kind, Optional<String> expected, String next) {
  public static Swap create(TableIdentifier name, Kind kind, String next) {
    return new Swap(name, kind, Optional.empty(), next);
  }

  public static Swap replace(TableIdentifier name, Kind kind, String expected, String next) {
    return new Swap(name, kind, Optional.of(expected), next);
  }
}
