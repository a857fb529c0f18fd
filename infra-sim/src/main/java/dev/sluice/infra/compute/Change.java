package dev.sluice.infra.compute;

/** What a command did to one instance; the same state twice when it did nothing. */
public record Change(String id, InstanceState previous, InstanceState current) {}
