/**
 * What every daemon of Sluice is made of. A YAML file and the environment come in and leave as one
 * validated settings record; services come in and are started in order and stopped in reverse;
 * checks and meters come in and leave as {@code /healthz} and {@code /metrics}. It refuses to know
 * what any daemon does.
 */
package dev.sluice.daemon;
