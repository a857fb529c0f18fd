/**
 * What a run says of itself: lines of JSON on its standard output while it runs, a line in the book
 * of runs when it starts and when it ends. It refuses to know Spark, so that a client can read
 * both.
 */
package dev.sluice.transform.report;
