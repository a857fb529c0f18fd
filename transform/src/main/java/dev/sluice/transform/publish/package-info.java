/**
 * How rows reach a table. Rows and the shape of their table come in; they lie on a branch that
 * nobody reads until a whole night is shown, by one commit to all its tables where the catalog has
 * such commits. Reads are fixed at one version each. It refuses to know what rows mean and which
 * checks they passed.
 */
package dev.sluice.transform.publish;
