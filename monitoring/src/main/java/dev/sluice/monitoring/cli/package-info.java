/**
 * What a person asks of the monitor at a terminal. The running pipeline's status comes in as JSON,
 * lines and an exit code go out. It refuses to know how the status is made.
 */
package dev.sluice.monitoring.cli;
