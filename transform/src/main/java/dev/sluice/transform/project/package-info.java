/**
 * Whose jobs a night has. A folder of SQL files with a front matter and jars of Java jobs comes in,
 * beside the shipped subjects; jobs in the order of a night go out, each with its code's hash. It
 * refuses to know when a night runs, which days are stale, and how rows are published.
 */
package dev.sluice.transform.project;
