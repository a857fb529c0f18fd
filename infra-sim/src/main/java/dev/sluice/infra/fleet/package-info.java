/**
 * Real work on simulated nodes. What becomes of an instance comes in; work that begins, leaves or
 * is lost on it goes out. It refuses to know what the work is.
 */
package dev.sluice.infra.fleet;
