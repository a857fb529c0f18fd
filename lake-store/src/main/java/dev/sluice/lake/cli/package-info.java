/**
 * The lake's client commands. In come words on the command line; out go HTTP requests to a running
 * pipeline and its answers, printed. It refuses to know databases, Iceberg and everything else that
 * is slow to load.
 */
package dev.sluice.lake.cli;
