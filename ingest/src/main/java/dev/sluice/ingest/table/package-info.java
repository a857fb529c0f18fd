/**
 * One Iceberg table that carries a log's progress. In come streams, rows and intervals; out go
 * columns, Parquet files and commits that publish files and progress together. It refuses to know
 * where rows come from and who owns a shard: it knows Iceberg and the protocol's decisions, not
 * Kafka.
 */
package dev.sluice.ingest.table;
