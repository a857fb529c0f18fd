package dev.sluice.lake.catalog.registry;

/** What a name stands for, and its present metadata file. */
public record Pointer(Kind kind, String location) {}
