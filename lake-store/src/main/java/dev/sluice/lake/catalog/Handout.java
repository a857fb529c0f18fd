package dev.sluice.lake.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.rest.credentials.Credential;
import org.apache.iceberg.rest.credentials.ImmutableCredential;

/** What clients are handed so that they reach the tables' files: where the store is, and keys. */
public final class Handout {
  private static final String EXPIRES = "s3.session-token-expires-at-ms";

  private final FileAccess place;
  private final FileCredentials credentials;

  public Handout(FileAccess place, FileCredentials credentials) {
    this.place = place;
    this.credentials = credentials;
  }

  /** Where the files are, and the catalog's own key. */
  Map<String, String> everything() {
    return place.properties();
  }

  /** Where the files are. */
  Map<String, String> place() {
    return place.with(Optional.empty()).properties();
  }

  /** For who may do this much to a table's files. */
  Map<String, String> forFiles(TableMetadata table, FileCredentials.Use use) {
    FileCredentials.Handed handed = credentials.of(Placement.places(table), use);
    Map<String, String> properties = new LinkedHashMap<>(place.with(handed.keys()).properties());
    handed.expires().ifPresent(at -> properties.put(EXPIRES, Long.toString(at.toEpochMilli())));
    // Iceberg asks the map whether it has a null key, which Map.copyOf's would not bear.
    return Collections.unmodifiableMap(properties);
  }

  /** The same, as a credential of its own, if there is a key. */
  List<Credential> credentials(TableMetadata table, FileCredentials.Use use) {
    Map<String, String> properties = forFiles(table, use);
    return properties.containsKey("s3.access-key-id")
        ? List.of(ImmutableCredential.builder().prefix(table.location()).config(properties).build())
        : List.of();
  }
}
