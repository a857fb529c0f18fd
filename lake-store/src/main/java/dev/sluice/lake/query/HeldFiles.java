package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.exceptions.NotFoundException;

/** The files that one query reads, kept in place until it is answered. */
final class HeldFiles implements AutoCloseable {
  private static final int NAMED = 5;

  private final FileLocator locator;
  private final Delivery delivery;
  private final List<FileLocator.Lease> leases = new ArrayList<>();

  /**
   * @param delivery is asked before each file whether to go on
   */
  HeldFiles(FileLocator locator, Delivery delivery) {
    this.locator = locator;
    this.delivery = delivery;
  }

  List<Path> paths() {
    return leases.stream().map(FileLocator.Lease::path).toList();
  }

  /** The table's data files, in their order. */
  List<Path> hold(PlannedTable table) throws IOException, RefusedQueryException {
    List<Wanted> wanted =
        table.dataFiles().stream().map(file -> new Wanted(file.location(), file.length())).toList();
    return holdAll(table.state(), wanted);
  }

  List<Path> hold(Relation.TableState state, List<DeleteFile> deletes)
      throws IOException, RefusedQueryException {
    List<Wanted> wanted =
        deletes.stream().map(file -> new Wanted(file.location(), file.fileSizeInBytes())).toList();
    return holdAll(state, wanted);
  }

  private record Wanted(String location, long length) {}

  /** All of them, or a refusal that names those that are gone. */
  private List<Path> holdAll(Relation.TableState state, List<Wanted> files)
      throws IOException, RefusedQueryException {
    List<Path> paths = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    for (Wanted file : files) {
      delivery.check();
      try {
        FileLocator.Lease lease =
            locator.locate(state.table().io(), file.location(), file.length());
        leases.add(lease);
        paths.add(lease.path());
      } catch (NotFoundException | FileNotFoundException | NoSuchFileException absent) {
        gone.add(file.location());
      }
    }
    if (!gone.isEmpty()) {
      throw missing(state.shown(), gone);
    }
    return paths;
  }

  static RefusedQueryException missing(String shown, List<String> gone) {
    String named = String.join(", ", gone.subList(0, Math.min(NAMED, gone.size())));
    String more = gone.size() > NAMED ? " and " + (gone.size() - NAMED) + " more" : "";
    return new RefusedQueryException(
        Reason.UNREADABLE,
        String.format(
            Locale.ROOT,
            "%s cannot be read, for %d of its files %s gone from the store: %s%s; restore them"
                + " (from an older version of the object), or roll the table back",
            shown,
            gone.size(),
            gone.size() == 1 ? "is" : "are",
            named,
            more));
  }

  @Override
  public void close() {
    leases.forEach(FileLocator.Lease::close);
  }
}
