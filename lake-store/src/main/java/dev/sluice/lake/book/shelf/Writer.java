package dev.sluice.lake.book.shelf;

import java.time.Instant;

/** Who wrote snapshots of a table, by what means, and when last. */
public record Writer(String by, String engine, String application, Instant last, long commits) {}
