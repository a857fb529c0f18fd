/**
 * One SQL database, SQLite in a file or PostgreSQL: connections and transactions. In come pieces of
 * work; each is made whole in one transaction or not at all, and what came of it is said without
 * guessing. It refuses to know what the tables hold.
 */
package dev.sluice.lake.database;
