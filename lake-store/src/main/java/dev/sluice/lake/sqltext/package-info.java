/**
 * SQL as text. In comes what somebody wrote; out go its tokens. It refuses to know what any of them
 * means and whether they make a query.
 */
package dev.sluice.lake.sqltext;
