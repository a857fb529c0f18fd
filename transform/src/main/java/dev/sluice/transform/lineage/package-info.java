/**
 * What was made of what, told to whom it may concern. Attempts of the ledger come in, OpenLineage
 * events go out over HTTP. It refuses to know how a table is made, and never fails a night.
 */
package dev.sluice.transform.lineage;
