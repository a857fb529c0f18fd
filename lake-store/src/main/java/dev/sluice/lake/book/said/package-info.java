/**
 * What people say about tables and columns: the fields there are, what may be written in each, and
 * what a column's class of personal data does to its values in a sample. In come edits as JSON and
 * values; out go checked edits and masked values. It refuses to know which tables there are and
 * where what was said is kept.
 */
package dev.sluice.lake.book.said;
