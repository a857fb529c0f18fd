/**
 * Records that are no events of their stream, kept whole in a table of their own until they are. In
 * come a record's bytes and the reason it was refused; out goes a row of {@code ops.dead_letters},
 * once, and later, when the stream's declaration has changed, a row of the stream's table instead.
 * It refuses to know where a worker reads: the stream's own table decides that.
 */
package dev.sluice.ingest.deadletter;
