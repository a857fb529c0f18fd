/**
 * The front door: events come in over HTTP, one, many in an array, or one a line; receipts go out
 * when the log holds them, refusals with a reason and a place when they are no events of their
 * stream. It refuses to know what becomes of an event behind the log, and never says yes for
 * something it did not do.
 */
package dev.sluice.ingest.door;
