package dev.sluice.lake.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a table's metadata names and lies in the table's own places: files imported from
 * elsewhere are others'. What names a file goes after the file, the metadata file last; so a
 * removal that was cut off begins again at the metadata file, and what is not found is gone with
 * all that it named.
 */
final class Removal {
  private static final Logger LOG = LoggerFactory.getLogger(Removal.class);
  private static final int BATCH = 1_000;
  private static final String COLLECTABLE = "gc.enabled";

  /** The server stops; the rest is for its next life. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final FileIO io;
  private final TableMetadata metadata;
  private final List<String> places;
  private final BooleanSupplier stopped;
  private final List<String> batch = new ArrayList<>();

  Removal(FileIO io, TableMetadata metadata, List<String> places, BooleanSupplier stopped) {
    this.io = io;
    this.metadata = metadata;
    this.places = places;
    this.stopped = stopped;
  }

  void run() {
    Map<String, ManifestFile> manifests = new LinkedHashMap<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      try {
        snapshot.allManifests(io).forEach(each -> manifests.putIfAbsent(each.path(), each));
      } catch (NotFoundException gone) {
        LOG.debug("removed before, with what it named: {}", snapshot.manifestListLocation(), gone);
      }
    }
    if (metadata.propertyAsBoolean(COLLECTABLE, true)) {
      manifests.values().forEach(this::content);
      flush();
    }
    all(manifests.keySet());
    List<String> rest = new ArrayList<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      if (snapshot.manifestListLocation() != null) {
        rest.add(snapshot.manifestListLocation());
      }
    }
    metadata.statisticsFiles().forEach(file -> rest.add(file.path()));
    metadata.partitionStatisticsFiles().forEach(file -> rest.add(file.path()));
    metadata.previousFiles().forEach(file -> rest.add(file.file()));
    all(rest);
    all(List.of(metadata.metadataFileLocation()));
  }

  private void content(ManifestFile manifest) {
    try (ManifestReader<?> reader = reader(manifest)) {
      for (ContentFile<?> file : reader) {
        remove(file.location());
      }
    } catch (NotFoundException gone) {
      LOG.debug("removed before, with what it named: {}", manifest.path(), gone);
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
  }

  private ManifestReader<?> reader(ManifestFile manifest) {
    return manifest.content() == ManifestContent.DATA
        ? ManifestFiles.read(manifest, io, metadata.specsById())
        : ManifestFiles.readDeleteManifest(manifest, io, metadata.specsById());
  }

  private void all(Collection<String> locations) {
    locations.forEach(this::remove);
    flush();
  }

  private void remove(String location) {
    if (places.stream().anyMatch(place -> Locations.within(location, place))) {
      batch.add(location);
    }
    if (batch.size() >= BATCH) {
      flush();
    }
  }

  /** What fails here fails the removal: nothing that names the file is removed then. */
  private void flush() {
    if (stopped.getAsBoolean()) {
      throw new Stopped();
    }
    if (io instanceof SupportsBulkOperations bulk) {
      bulk.deleteFiles(batch);
    } else {
      for (String location : batch) {
        try {
          io.deleteFile(location);
        } catch (NotFoundException gone) {
          LOG.debug("removed before: {}", location, gone);
        }
      }
    }
    batch.clear();
  }
}
