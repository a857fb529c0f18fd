/**
 * The first night. A day's name comes in, its subject tables go out, checked first and shown
 * together; a run says what it did in lines of JSON. The root package is the entry point that
 * {@code spark-submit} calls. It refuses to know who schedules the night and where the tables lie:
 * the catalog comes in by Spark's configuration.
 */
package dev.sluice.transform;
