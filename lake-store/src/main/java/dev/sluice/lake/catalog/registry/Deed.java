package dev.sluice.lake.catalog.registry;

/** What was done to a name. */
public enum Deed {
  CREATE,
  REPLACE,
  RENAME,
  DROP
}
