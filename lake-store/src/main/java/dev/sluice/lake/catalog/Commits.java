package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Registry;
import dev.sluice.lake.catalog.registry.Swap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.RetryableValidationException;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits to one table or several. Each request's requirements are held against the table as it is
 * now; the new metadata files are written, and then all pointers change in one transaction of the
 * database. When another was faster, everything is done again, requirements first: so a request is
 * applied to a newer table only while what it asked for holds.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final int ATTEMPTS = 20;

  private final TableFiles files;
  private final Publisher publisher;
  private final Stripes locks = new Stripes();

  Commits(TableFiles files, Publisher publisher) {
    this.files = files;
    this.publisher = publisher;
  }

  private record Change(
      PointerOperations pointer, Optional<TableMetadata> before, TableMetadata after) {
    boolean changes() {
      return before.isEmpty() || !after.changes().isEmpty();
    }
  }

  /** Applies all of the requests or none; gives the tables' metadata in the requests' order. */
  List<TableMetadata> apply(Registry registry, List<UpdateTableRequest> requests) {
    List<TableIdentifier> names = requests.stream().map(UpdateTableRequest::identifier).toList();
    Set<TableIdentifier> distinct = new HashSet<>(names);
    if (distinct.size() < names.size()) {
      throw new BadRequestException("a table is named twice in one transaction");
    }
    return locks.holding(
        names,
        () -> {
          try {
            return attempt(registry, requests);
          } catch (RequirementFailure failed) {
            throw new CommitFailedException(failed, "%s", failed.getMessage());
          }
        });
  }

  private List<TableMetadata> attempt(Registry registry, List<UpdateTableRequest> requests) {
    for (int attempt = 1; ; attempt++) {
      List<Change> changes = requests.stream().map(request -> change(registry, request)).toList();
      try {
        return publish(registry, changes);
      } catch (CommitFailedException moved) {
        if (attempt == ATTEMPTS) {
          throw moved;
        }
      }
    }
  }

  private Change change(Registry registry, UpdateTableRequest request) {
    TableIdentifier name = request.identifier();
    PointerOperations pointer = new PointerOperations(name, registry, files, publisher);
    Optional<TableMetadata> before = Optional.ofNullable(pointer.refresh());
    boolean creates =
        request.requirements().stream()
            .anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance);
    if (before.isEmpty() && !creates) {
      throw new NoSuchTableException("Table does not exist: %s", name);
    }
    if (creates && request.requirements().size() > 1) {
      throw new BadRequestException("assert-create goes with no other requirement");
    }
    try {
      TableMetadata base = before.orElse(null);
      request.requirements().forEach(requirement -> requirement.validate(base));
    } catch (CommitFailedException failed) {
      throw new RequirementFailure(name, failed);
    }
    TableMetadata.Builder builder =
        before.map(TableMetadata::buildFrom).orElseGet(() -> empty(request.updates()));
    try {
      request.updates().forEach(update -> update.applyTo(builder));
    } catch (RetryableValidationException stale) {
      // Another branch of the table was written to: the client numbers its snapshot anew.
      throw new CommitFailedException(stale, "%s (table %s)", stale.getMessage(), name);
    }
    return new Change(pointer, before, builder.build());
  }

  private static TableMetadata.Builder empty(List<MetadataUpdate> updates) {
    return updates.stream()
        .filter(MetadataUpdate.UpgradeFormatVersion.class::isInstance)
        .map(update -> ((MetadataUpdate.UpgradeFormatVersion) update).formatVersion())
        .findFirst()
        .map(TableMetadata::buildFromEmpty)
        .orElseGet(TableMetadata::buildFromEmpty);
  }

  private List<TableMetadata> publish(Registry registry, List<Change> changes) {
    List<TableMetadata> results = new ArrayList<>();
    List<Swap> swaps = new ArrayList<>();
    try {
      for (Change change : changes) {
        if (change.changes()) {
          PointerOperations.Staged staged =
              change.pointer().stage(change.before().orElse(null), change.after());
          swaps.add(staged.swap());
          results.add(staged.metadata());
        } else {
          results.add(change.before().orElseThrow());
        }
      }
    } catch (RuntimeException unwritten) {
      publisher.remove(locations(swaps));
      throw unwritten;
    }
    if (!swaps.isEmpty()) {
      publisher.publish(registry, swaps, locations(swaps));
    }
    changes.forEach(this::forgetOldFiles);
    return results;
  }

  private static List<String> locations(List<Swap> swaps) {
    return swaps.stream().map(Swap::next).toList();
  }

  /** Removes the metadata files that the table says it has no use for; the commit is made. */
  private void forgetOldFiles(Change change) {
    if (change.before().isEmpty() || !change.changes()) {
      return;
    }
    try {
      CatalogUtil.deleteRemovedMetadataFiles(files.io(), change.before().get(), change.after());
    } catch (RuntimeException left) {
      LOG.warn("old metadata files of {} could not be removed", change.after().location(), left);
    }
  }

  /**
   * A requirement that does not hold: trying again would not help, so it is not a conflict here.
   */
  private static final class RequirementFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RequirementFailure(TableIdentifier name, CommitFailedException cause) {
      super(cause.getMessage() + " (table " + name + ")", cause);
    }
  }
}
