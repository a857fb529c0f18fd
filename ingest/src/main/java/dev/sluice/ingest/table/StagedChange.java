package dev.sluice.ingest.table;

import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A change to one table that is worked out and not sent: a transaction that is never committed, for
 * its updates go to the catalog with those of other tables.
 *
 * <p>Invariant, enforced when it is sent: it makes a snapshot. Only that brings the requirement
 * that the table's main branch is where this change began.
 */
public final class StagedChange {

  private final TableIdentifier identifier;
  private final BaseTransaction transaction;

  /** Begins a change to the table as the catalog has it now. */
  public StagedChange(TableIdentifier identifier, Table table) {
    this.identifier = Objects.requireNonNull(identifier, "identifier");
    this.transaction = (BaseTransaction) table.newTransaction();
  }

  /** Where to put updates. To commit it would send them alone. */
  public Transaction transaction() {
    return transaction;
  }

  /** The newest snapshot of the table when the change began. */
  public Optional<Long> base() {
    return Optional.ofNullable(transaction.startMetadata().currentSnapshot())
        .map(Snapshot::snapshotId);
  }

  TableCommit toCommit() {
    TableMetadata changed = transaction.currentMetadata();
    Optional<Long> now = Optional.ofNullable(changed.currentSnapshot()).map(Snapshot::snapshotId);
    if (now.equals(base())) {
      throw new IllegalStateException("a change to " + identifier + " without a snapshot");
    }
    return TableCommit.create(identifier, transaction.startMetadata(), changed);
  }
}
