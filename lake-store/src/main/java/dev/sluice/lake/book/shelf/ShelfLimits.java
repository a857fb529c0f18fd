package dev.sluice.lake.book.shelf;

/**
 * How much is kept of one table.
 *
 * @param history changes with what they made different
 * @param snapshots points of the trend, before hours and days stand for many
 * @param writers those that wrote last
 * @param dropped tables that are gone, in all
 */
public record ShelfLimits(int history, int snapshots, int writers, int dropped) {}
