/**
 * How measurements arrive. The address of a daemon comes in; what it answered, or why it did not,
 * goes out, within bounds of time and size. It refuses to know what the measurements mean.
 */
package dev.sluice.monitoring.wire;
