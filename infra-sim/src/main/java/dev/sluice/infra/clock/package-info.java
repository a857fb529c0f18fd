/**
 * Time as a sequence of events. Instants and what is to happen at them come in; the events go out
 * one at a time, in the order of their instants and, at the same instant, in the order they came:
 * as real time passes, or as fast as a simulation likes. It refuses to know what any event does.
 */
package dev.sluice.infra.clock;
