/**
 * What would run, and why. The ledger of what was made, the tables as they are and the jobs come
 * in; steps in their order, each with its reasons, go out. Deciding is pure; the tables and the
 * ledger are read, and the ledger is written, at the edge. It refuses to know how a job's rows are
 * made and published, and needs no Spark session.
 */
package dev.sluice.transform.plan;
