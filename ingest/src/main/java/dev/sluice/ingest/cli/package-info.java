/**
 * What people type: simulated producers through the running front door, and what its streams are.
 * Arguments come in, lines and an exit code go out. It speaks HTTP only and loads no class of the
 * log, the door or the tables.
 */
package dev.sluice.ingest.cli;
