package dev.sluice.lake.catalog.registry;

import org.apache.iceberg.catalog.TableIdentifier;

/** A name and what it stands for. */
public record Standing(TableIdentifier name, Pointer pointer) {}
