/**
 * What a table or view is, read from its metadata. In comes a metadata file as Iceberg reads it;
 * out go plain facts, what grew with each snapshot, and how one state differs from another in words
 * that people read. Everything here is pure. It refuses to know where facts are kept, who asks and
 * what people say about a table.
 */
package dev.sluice.lake.book.fact;
