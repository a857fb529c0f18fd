/**
 * The proof. In come a stream's table, the dead letters and the log, all read afresh; out comes
 * whether every offset is where it belongs, once, and what exactly is wrong if not. It refuses to
 * trust anything a worker remembers.
 */
package dev.sluice.ingest.ledger;
