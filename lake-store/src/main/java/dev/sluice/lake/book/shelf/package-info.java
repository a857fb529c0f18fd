/**
 * The book's rows in a SQL database. In come harvested changes and what people say; out go pages,
 * their history, trend and writers. A change is applied once, in one transaction, however often it
 * comes. It refuses to know Iceberg's metadata, HTTP and how anything is searched.
 */
package dev.sluice.lake.book.shelf;
