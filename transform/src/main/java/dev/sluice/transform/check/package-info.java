/**
 * What holds of a table's new rows. Rows that are staged and the checks of their job come in; for
 * each check its figure, its verdict and the rows that broke it go out. It refuses to know how rows
 * are staged and what a breach does to the night.
 */
package dev.sluice.transform.check;
