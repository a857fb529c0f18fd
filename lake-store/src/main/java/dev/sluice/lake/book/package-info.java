/**
 * The data book: what people ask of a catalog. In come the catalog's changes, one by one, and what
 * people say of tables and columns; out go pages, histories, trends, samples and searches over
 * HTTP. It refuses to know how a catalog commits, and what other rooms know of a table comes to it
 * through small interfaces of its own.
 */
package dev.sluice.lake.book;
