/**
 * What every client command is made of: where the running pipeline is, one HTTP call to it, one
 * line and an exit code when it does not answer. It refuses to know any command, and loads nothing
 * that is slow to start.
 */
package dev.sluice.daemon.cli;
