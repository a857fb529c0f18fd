/**
 * Records that are no events of their stream, kept whole in a table of their own. In come a
 * record's bytes and the reason it was refused; out goes a row of {@code ops.dead_letters}, once.
 * It refuses to know how records are decoded and where a worker reads: the stream's own table
 * decides that.
 */
package dev.sluice.ingest.deadletter;
