/**
 * What all subjects know of raw events. A stream's raw table comes in, its records of some days go
 * out, in one order and each once. It refuses to know what the events mean.
 */
package dev.sluice.transform.subject.event;
