/**
 * What a nightly job is. The tables it may read come in, one table's rows of one day go out. It
 * refuses to know how tables are found, fixed at a version, or written.
 */
package dev.sluice.transform.job;
