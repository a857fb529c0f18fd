package dev.sluice.ingest.table;

import dev.sluice.daemon.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;

/**
 * The lake as its Iceberg REST catalog shows it. Where the files lie, and with what keys, the
 * catalog says.
 */
public final class LakeConnection implements AutoCloseable {

  private final RESTCatalog catalog = new RESTCatalog();
  private volatile boolean refusedToJoin;

  public LakeConnection(URI uri, Optional<Secret> token, Duration timeout) {
    Map<String, String> properties = new HashMap<>();
    properties.put("uri", uri.toString());
    token.ifPresent(secret -> properties.put("token", secret.value()));
    String millis = Long.toString(timeout.toMillis());
    properties.put("rest.client.connection-timeout-ms", millis);
    properties.put("rest.client.socket-timeout-ms", millis);
    // Repeating a commit is the protocol's decision. The client may repeat one only where the
    // server
    // says it did nothing: 429, or 503 with Retry-After. The fewest repeats it lets one set is 1.
    properties.put("rest.client.max-retries", "1");
    catalog.initialize("lake", properties);
  }

  /**
   * The table as it is now, made from the layout if it is not there, grown if the layout has more
   * columns, wider ones, or declares other partitions.
   */
  public Table open(TableLayout layout) {
    if (!catalog.tableExists(layout.identifier())) {
      create(layout);
    }
    Table table = load(layout.identifier());
    TableGrowth.grow(table, layout);
    LateLane.open(table);
    return table;
  }

  /** The table as it is now. */
  public Table load(TableIdentifier identifier) {
    return catalog.loadTable(identifier);
  }

  /** The table as it is now, if it is there. */
  public Optional<Table> find(TableIdentifier identifier) {
    return catalog.tableExists(identifier) ? Optional.of(load(identifier)) : Optional.empty();
  }

  /**
   * Whether several tables may be changed in one commit: so it is held until the catalog says no.
   */
  public boolean joinsCommits() {
    return !refusedToJoin;
  }

  /**
   * Changes all these tables or none.
   *
   * @throws JointCommitsNotOfferedException when nothing was done, for the catalog has no such
   *     commits
   */
  public void commitTogether(List<StagedChange> changes) {
    try {
      catalog.commitTransaction(changes.stream().map(StagedChange::toCommit).toList());
    } catch (UnsupportedOperationException | NoSuchTableException e) {
      // Not among the endpoints the catalog names; or, where it names none, not at that address.
      refusedToJoin = true;
      throw new JointCommitsNotOfferedException(e);
    }
  }

  /** The catalog commits to one table at a time. */
  public static final class JointCommitsNotOfferedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JointCommitsNotOfferedException(RuntimeException cause) {
      super(
          "the catalog does not offer commits to several tables at once"
              + " (POST /v1/transactions/commit): "
              + cause.getMessage(),
          cause);
    }
  }

  private void create(TableLayout layout) {
    Namespace namespace = layout.identifier().namespace();
    if (!catalog.namespaceExists(namespace)) {
      try {
        catalog.createNamespace(namespace, Map.of());
      } catch (AlreadyExistsException e) {
        // Another worker was first: it is there.
      }
    }
    try {
      catalog.createTable(layout.identifier(), layout.schema(), layout.spec(), layout.properties());
    } catch (AlreadyExistsException e) {
      // Another worker was first: it is there.
    }
  }

  @Override
  public void close() {
    try {
      catalog.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
