/**
 * The object store's engine: buckets, keys, versions, parts. In come bytes with a name; out go the
 * same bytes, later, also after a crash. Metadata rows lie in RocksDB and a synced row is the
 * commit point; bytes lie in immutable files that are on disk before any row names them. It refuses
 * to know HTTP, signatures, and who asks.
 */
package dev.sluice.lake.object;
