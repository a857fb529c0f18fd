/**
 * The exactly-once protocol as pure functions. In come a shard's progress as its table tells it and
 * what a worker has read; out go decisions: where to read, whether an interval may be appended,
 * whether history and progress agree. It refuses to know Kafka, Iceberg, threads, clocks and files:
 * it imports only {@code java.*}, so the same code runs in the sink, in the ledger's proof and in
 * simulated time.
 */
package dev.sluice.ingest.protocol;
