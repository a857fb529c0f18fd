/**
 * From log to table. In come the shards' records; out go rows, dead letters and commits, each
 * offset once. Progress is read from the table and nowhere else. It refuses to know who produced a
 * record and who will query it.
 */
package dev.sluice.ingest.sink;
