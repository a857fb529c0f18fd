/**
 * One machine: the composition root. Command-line words and a data directory come in; {@code up},
 * {@code demo} and the daemons go out, and every module's client commands under one root command.
 * It refuses to hold any logic of a stage.
 */
package dev.sluice.infra.local;
