/**
 * Datasets that are no tables: prefixes of objects, declared by name, with how many objects of
 * which types they hold. Counted once, and then kept right from the store's change feed; a store
 * that tells no changes is listed from time to time. It refuses to know which store that is (an
 * {@link dev.sluice.lake.dataset.ObjectSource} says) and what is in the objects.
 */
package dev.sluice.lake.dataset;
