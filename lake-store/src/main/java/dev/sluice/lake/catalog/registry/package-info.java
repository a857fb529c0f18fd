/**
 * What the catalog's database holds: namespaces, one pointer per table and view, and the answers
 * kept for retries. In come questions and changes; out go what was found and what came of a change,
 * which is made whole in one database transaction or not at all. It refuses to know what a pointer
 * points to.
 */
package dev.sluice.lake.catalog.registry;
