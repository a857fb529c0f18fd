package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.ChangeLog;
import dev.sluice.lake.catalog.registry.Cut;
import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Outcome;
import dev.sluice.lake.catalog.registry.Page;
import dev.sluice.lake.catalog.registry.Pointer;
import dev.sluice.lake.catalog.registry.Receipt;
import dev.sluice.lake.catalog.registry.Registry;
import dev.sluice.lake.catalog.registry.Swap;
import dev.sluice.lake.database.DatabaseSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.view.BaseMetastoreViewCatalog;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/**
 * The catalog as Iceberg's library sees it: names and pointers in a database, metadata in files.
 */
public final class LakeCatalog extends BaseMetastoreViewCatalog implements SupportsNamespaces {
  /** The catalog's name, in SQL and in the database. */
  public static final String NAME = "lake";

  /** Manifests never change; SQL plans from the same ones again and again. */
  private static final String MANIFEST_CACHE_BYTES = Integer.toString(32 << 20);

  private final Registry registry;
  private final TableFiles files;
  private final Publisher publisher;
  private final Commits commits;
  private final Locations locations;

  private LakeCatalog(
      Registry registry,
      TableFiles files,
      Publisher publisher,
      Commits commits,
      Locations locations) {
    this.registry = registry;
    this.files = files;
    this.publisher = publisher;
    this.commits = commits;
    this.locations = locations;
  }

  /**
   * Opens the catalog, its schema and its first namespaces made.
   *
   * @param directory where SQLite's file lies when no database is set
   * @param opening gives the tables' files, for the properties that the catalog has; closed with it
   */
  public static LakeCatalog open(
      CatalogSettings settings,
      Path directory,
      Map<String, String> fileProperties,
      Function<Map<String, String>, FileIO> opening,
      MeterRegistry registry,
      InstantSource clock) {
    Map<String, String> properties = new HashMap<>(fileProperties);
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, settings.warehouse());
    properties.put(CatalogProperties.IO_MANIFEST_CACHE_ENABLED, "true");
    properties.put(CatalogProperties.IO_MANIFEST_CACHE_MAX_TOTAL_BYTES, MANIFEST_CACHE_BYTES);
    DatabaseSettings database = settings.database(directory.resolve("catalog.db"));
    Registry names = Registry.open(database, NAME, clock, settings.retryWindow());
    TableFiles files = new TableFiles(opening.apply(properties), settings.metadataCache().bytes());
    Publisher publisher =
        new Publisher(files, new CommitMeter(registry), new Purger(names, files, clock));
    Commits commits = new Commits(files, publisher);
    LakeCatalog catalog =
        new LakeCatalog(
            names,
            files,
            publisher,
            commits,
            new Locations(settings.warehouse(), settings.locations()));
    catalog.initialize(NAME, properties);
    settings.namespaces().forEach(catalog::ensure);
    return catalog;
  }

  /** The same catalog, where the next change is noted as what the receipt says. */
  LakeCatalog noting(Receipt receipt) {
    LakeCatalog noting =
        new LakeCatalog(registry.noting(receipt), files, publisher, commits, locations);
    noting.initialize(NAME, properties());
    return noting;
  }

  /** The same catalog, where changes are made for somebody. */
  LakeCatalog asking(String caller) {
    LakeCatalog asking =
        new LakeCatalog(registry.asking(caller), files, publisher, commits, locations);
    asking.initialize(NAME, properties());
    return asking;
  }

  /** What was changed, for the one who keeps the book. */
  public ChangeLog log() {
    return registry.log();
  }

  /** What is told after each change that there are changes to be read. */
  public void onChange(Runnable told) {
    registry.onChange(told);
  }

  /** What a table's metadata file says. */
  public TableMetadata tableMetadata(String location) {
    return files.read(location);
  }

  /** What a view's metadata file says. */
  public ViewMetadata viewMetadata(String location) {
    return ViewMetadataParser.read(files.io().newInputFile(location));
  }

  private void ensure(String name) {
    Namespace namespace = Namespace.of(name);
    if (!namespaceExists(namespace)) {
      try {
        createNamespace(namespace, Map.of());
      } catch (AlreadyExistsException another) {
        // Another server on the same database was first; that it exists is all that matters.
        return;
      }
    }
  }

  /** Whether a table has the name; its files are not looked for. */
  public boolean holds(TableIdentifier name) {
    return registry.find(name).filter(found -> found.kind() == Kind.TABLE).isPresent();
  }

  Registry registry() {
    return registry;
  }

  Locations locations() {
    return locations;
  }

  TableFiles files() {
    return files;
  }

  /** Applies all of the requests or none. */
  List<TableMetadata> commit(List<UpdateTableRequest> requests) {
    return commits.apply(registry, requests);
  }

  /** What becomes of a table that has the name already. */
  enum Existing {
    KEEP,
    REPLACE
  }

  /** Has a name stand for a table whose metadata is there already. */
  void register(TableIdentifier name, TableMetadata metadata, Existing existing) {
    Optional<Pointer> present = registry.find(name).filter(p -> p.kind() == Kind.TABLE);
    Swap swap =
        existing == Existing.REPLACE && present.isPresent()
            ? Swap.replace(
                name, Kind.TABLE, present.get().location(), metadata.metadataFileLocation())
            : Swap.create(name, Kind.TABLE, metadata.metadataFileLocation());
    publisher.publish(registry, List.of(swap), List.of());
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier name) {
    return new PointerOperations(name, registry, files, publisher);
  }

  @Override
  protected ViewOperations newViewOps(TableIdentifier name) {
    return new ViewOperations(name, registry, files, publisher);
  }

  @Override
  protected String defaultWarehouseLocation(TableIdentifier name) {
    return locations.standard(name);
  }

  Page<TableIdentifier> list(Namespace namespace, Kind kind, Cut cut) {
    if (!registry.exists(namespace)) {
      throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
    }
    return registry.list(namespace, kind, cut);
  }

  Page<Namespace> children(Namespace parent, Cut cut) {
    if (!registry.exists(parent)) {
      throw new NoSuchNamespaceException("Namespace does not exist: %s", parent);
    }
    return registry.children(parent, cut);
  }

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    return list(namespace, Kind.TABLE, Cut.whole()).items();
  }

  @Override
  public List<TableIdentifier> listViews(Namespace namespace) {
    return list(namespace, Kind.VIEW, Cut.whole()).items();
  }

  @Override
  public boolean dropTable(TableIdentifier name, boolean purge) {
    TableOperations table = newTableOps(name);
    if (purge) {
      try {
        table.current();
      } catch (NotFoundException gone) {
        throw new NotFoundException(
            gone,
            "%s cannot be purged, for its metadata is gone; drop it: %s",
            name,
            gone.getMessage());
      }
    }
    Registry.Files fate = purge ? Registry.Files.PURGED : Registry.Files.KEPT;
    Outcome outcome = registry.drop(name, Kind.TABLE, fate);
    if (purge) {
      publisher.purge();
    }
    return outcome instanceof Outcome.Done;
  }

  @Override
  public boolean dropView(TableIdentifier name) {
    return registry.drop(name, Kind.VIEW, Registry.Files.KEPT) instanceof Outcome.Done;
  }

  @Override
  public void renameTable(TableIdentifier from, TableIdentifier to) {
    rename(from, to, Kind.TABLE);
  }

  @Override
  public void renameView(TableIdentifier from, TableIdentifier to) {
    rename(from, to, Kind.VIEW);
  }

  private void rename(TableIdentifier from, TableIdentifier to, Kind kind) {
    Outcome outcome = registry.rename(from, to, kind);
    if (outcome instanceof Outcome.Missing) {
      throw kind == Kind.TABLE
          ? new NoSuchTableException("Table does not exist: %s", from)
          : new NoSuchViewException("View does not exist: %s", from);
    }
    if (outcome instanceof Outcome.NoNamespace none) {
      throw new NoSuchNamespaceException("Namespace does not exist: %s", none.namespace());
    }
    if (outcome instanceof Outcome.Taken taken) {
      throw new AlreadyExistsException(
          "Cannot rename %s to %s. %s already exists", from, to, Publisher.noun(taken.kind()));
    }
  }

  @Override
  public void createNamespace(Namespace namespace, Map<String, String> metadata) {
    Outcome outcome = registry.create(namespace, metadata);
    if (outcome instanceof Outcome.NamespaceTaken) {
      throw new AlreadyExistsException("Namespace already exists: %s", namespace);
    }
    if (outcome instanceof Outcome.NoNamespace none) {
      throw new NoSuchNamespaceException(
          "Cannot create namespace %s. Namespace does not exist: %s", namespace, none.namespace());
    }
  }

  @Override
  public List<Namespace> listNamespaces(Namespace parent) {
    return children(parent, Cut.whole()).items();
  }

  /** Of every level. */
  public List<Namespace> everyNamespace() {
    return registry.namespaces();
  }

  @Override
  public boolean namespaceExists(Namespace namespace) {
    return !namespace.isEmpty() && registry.exists(namespace);
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
    return properties(namespace)
        .orElseThrow(() -> new NoSuchNamespaceException("Namespace does not exist: %s", namespace));
  }

  private Optional<Map<String, String>> properties(Namespace namespace) {
    return registry.properties(namespace);
  }

  @Override
  public boolean dropNamespace(Namespace namespace) {
    Outcome outcome = registry.drop(namespace);
    if (outcome instanceof Outcome.NotEmpty full) {
      throw new NamespaceNotEmptyException(
          "Namespace %s is not empty: it holds %s", namespace, full.holds());
    }
    return outcome instanceof Outcome.Done;
  }

  @Override
  public boolean setProperties(Namespace namespace, Map<String, String> properties) {
    change(namespace, properties, Set.of(), there -> "");
    return true;
  }

  @Override
  public boolean removeProperties(Namespace namespace, Set<String> properties) {
    change(namespace, Map.of(), properties, there -> "");
    return true;
  }

  /** Both in one transaction, and what is answered, by the properties that were there. */
  String change(
      Namespace namespace,
      Map<String, String> set,
      Set<String> removed,
      Function<Set<String>, String> answer) {
    Outcome outcome = registry.change(namespace, set, removed, answer);
    if (outcome instanceof Outcome.Done done) {
      return done.answer();
    }
    throw new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
  }

  @Override
  public void close() {
    try {
      publisher.close();
      files.close();
    } finally {
      registry.close();
    }
  }
}
