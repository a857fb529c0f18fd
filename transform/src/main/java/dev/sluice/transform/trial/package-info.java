/**
 * Tries a job on rows that a person can read. A job and the tables it finds come in, written as
 * text; what it makes of them is compared with what was expected, and a difference goes out as an
 * {@link java.lang.AssertionError}. It needs a Spark and no running lake, and refuses to know of
 * test frameworks.
 */
package dev.sluice.transform.trial;
