/**
 * What is decided while the module runs, and must outlive it: entries in one compacted topic of the
 * log, in one order that every process reads. In come entries, out go the same entries to those who
 * follow, in the log's order; who writes one waits until it was read here. It refuses to know what
 * an entry means, and of two entries that contradict each other those who follow take the first.
 */
package dev.sluice.ingest.journal;
