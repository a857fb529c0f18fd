/**
 * Copies of production databases. Files that say which tables of which server come in; jobs that
 * read them through Spark, in sessions that cannot write, go out. It refuses to know how rows are
 * published, and keeps nothing of its own between two nights: where a copy stands is read from the
 * copy.
 */
package dev.sluice.transform.source;
