/**
 * Events the log did not take wait here, on the local disk, until it does: they come in as the log
 * shall hold them and go out in the same order, each at least once. It refuses to know where they
 * came from.
 */
package dev.sluice.ingest.spool;
