/**
 * SQL on the lake. In comes the text of one query; out go its rows as JSON, read by DuckDB from
 * exactly those files that Iceberg's plan names, or one clear refusal. It reads tables and nothing
 * else: no local file, no setting, no second statement. It refuses to know who asks, how a table
 * came to be, and where objects lie (a {@link dev.sluice.lake.query.FileLocator} says).
 */
package dev.sluice.lake.query;
