package dev.sluice.lake.lineage.event;

/**
 * How much one event may say.
 *
 * @param datasets it names as inputs, and as outputs
 * @param columns it tells the origins of, over all outputs, counted by origin
 * @param facet bytes of a facet that is kept with the event
 */
public record EventLimits(int datasets, int columns, long facet) {}
