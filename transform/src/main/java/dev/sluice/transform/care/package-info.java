/**
 * Table care: small files made large, deletes applied, manifests and snapshots kept few, files that
 * nobody names removed. Tables and a policy come in, the same rows in fewer files and a report of
 * what that saved go out. It refuses to know what rows mean, and to win against a writer: where
 * both change a table, the writer's change stays.
 */
package dev.sluice.transform.care;
