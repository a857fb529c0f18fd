/**
 * Who asks what of which table. In come queries that were answered and tables that other engines
 * loaded; out go, for each table, its use by day and by user, and the queries often asked, without
 * the values that were in them. It refuses to hold anybody up: what it is told of waits in memory
 * and is written in batches, and the last seconds are lost with a server that is killed.
 */
package dev.sluice.lake.usage;
