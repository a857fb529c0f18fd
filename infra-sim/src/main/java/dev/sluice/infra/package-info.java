/**
 * Simulated machines, and the one machine that plays the whole cloud. The other modules come in as
 * they are; a running pipeline goes out. It refuses to know how events are stored: it composes,
 * starts and stops.
 */
package dev.sluice.infra;
