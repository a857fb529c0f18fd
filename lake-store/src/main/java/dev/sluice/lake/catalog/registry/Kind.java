package dev.sluice.lake.catalog.registry;

/** What a name stands for. A name stands for one thing only. */
public enum Kind {
  TABLE,
  VIEW
}
