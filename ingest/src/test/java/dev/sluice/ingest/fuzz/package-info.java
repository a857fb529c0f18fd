/**
 * Runs the fuzz targets of the parsers' packages, each in a JVM of its own that watches which code
 * an input reaches, for a bounded time.
 */
package dev.sluice.ingest.fuzz;
