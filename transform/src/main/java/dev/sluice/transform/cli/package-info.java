/**
 * {@code ./sluice etl}. Words of the command line and a running pipeline's endpoints come in, a
 * Spark process of its own and an exit code go out. It refuses to know what a job computes, and
 * loads no Spark class.
 */
package dev.sluice.transform.cli;
