/**
 * Enrichment: an event of a stream and the circumstances it came in go in, the event with what its
 * stream's steps add, shorten or replace comes out, and the names of the steps that failed. Steps
 * are pure and run in the order the settings list them. It refuses to know the door and the log,
 * and never to let an event go: a step that fails leaves it as it was.
 */
package dev.sluice.ingest.enrich;
