/**
 * The lake as a whole: in come settings, out goes a running object store, catalog and SQL, started
 * in order and stopped in reverse. It wires the rooms and refuses to know what is inside them.
 */
package dev.sluice.lake;
