package dev.sluice.lake.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.ForbiddenException;

/**
 * Holds what a request says of locations against where the caller may have tables lie. Who does not
 * own a namespace keeps to its place in the warehouse: a table elsewhere would hand its key to
 * whatever lies there.
 */
final class Placement {
  /** Properties of tables and views that say where files go. */
  private static final List<String> PATHS =
      List.of(
          "write.metadata.path",
          "write.data.path",
          "write.object-storage.path",
          "write.folder-storage.path");

  private final Locations locations;
  private final Grants grants;

  Placement(Locations locations, Grants grants) {
    this.locations = locations;
    this.grants = grants;
  }

  /** Where a table's files lie. */
  static List<String> places(TableMetadata table) {
    List<String> places = new ArrayList<>();
    places.add(table.location());
    PATHS.stream()
        .map(table.properties()::get)
        .filter(Objects::nonNull)
        .filter(path -> !Locations.within(path, table.location()))
        .forEach(places::add);
    return places;
  }

  void check(String caller, Namespace namespace, List<String> asked) {
    for (String location : asked) {
      locations.check(location);
      if (!grants.may(caller, Right.OWN, namespace)
          && !Locations.within(location, locations.standard(namespace))) {
        throw new ForbiddenException(
            "%s may have tables of %s lie in %s only, not in %s",
            caller, namespace, locations.standard(namespace), location);
      }
    }
  }

  void checkProperties(String caller, Namespace namespace, Map<String, String> properties) {
    check(caller, namespace, PATHS.stream().map(properties::get).filter(Objects::nonNull).toList());
  }

  void checkUpdates(String caller, Namespace namespace, List<MetadataUpdate> updates) {
    for (MetadataUpdate update : updates) {
      if (update instanceof MetadataUpdate.SetLocation moved) {
        check(caller, namespace, List.of(moved.location()));
      } else if (update instanceof MetadataUpdate.SetProperties set) {
        checkProperties(caller, namespace, set.updated());
      }
    }
  }
}
