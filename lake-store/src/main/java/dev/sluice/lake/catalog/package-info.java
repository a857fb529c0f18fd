/**
 * The Iceberg REST catalog: which tables there are and which metadata file is the present one of
 * each. In come calls of the REST protocol; out go Iceberg's own answers, made by Iceberg's own
 * handlers over a database that changes one table's pointer at a time. It refuses to know what is
 * in a data file, who produced it, and SQL.
 */
package dev.sluice.lake.catalog;
