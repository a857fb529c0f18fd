package dev.sluice.lake.catalog;

/** What one may do to a namespace and what lies in it. Each right includes those before it. */
enum Right {
  READ,
  WRITE,
  OWN
}
