/** The module. */
package dev.sluice.ingest;
