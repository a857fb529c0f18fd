/**
 * The ids of late: which events of a shard the table has had within a window. In come ids as hashes
 * with their time of receipt, and how far the table has the shard; out comes whether an id was
 * there before. All it keeps is a cache of the table: whatever is lost, spoilt or of another's turn
 * is forgotten and gathered again from the rows. It refuses to know Kafka, Iceberg and what an
 * event is.
 */
package dev.sluice.ingest.recent;
