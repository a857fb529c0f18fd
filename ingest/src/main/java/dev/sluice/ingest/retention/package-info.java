/**
 * Deletes from the log what is older than its stream keeps it and what all of the stream's tables
 * have, and nothing else. In come the streams, where the tables stand and where the log does; out
 * go offsets to delete before. It refuses to trust a table whose past contradicts it.
 */
package dev.sluice.ingest.retention;
