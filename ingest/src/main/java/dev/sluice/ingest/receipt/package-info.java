/**
 * Where an event is that was acknowledged: a receipt comes in; out goes whether it waits in the
 * log, is a row and since which snapshot, is a dead letter, or repeats another. It believes the
 * tables and the log only, and refuses to know how the event was sent.
 */
package dev.sluice.ingest.receipt;
