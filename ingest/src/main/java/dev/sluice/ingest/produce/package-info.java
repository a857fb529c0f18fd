/**
 * Simulated producers: a seed, a count and a span of time come in, the events of a shop's app or of
 * a sensor fleet come out, the same bytes for the same seed; and a client that carries them through
 * the front door as any sender does. It refuses to know the log, the door's insides and the clock.
 */
package dev.sluice.ingest.produce;
