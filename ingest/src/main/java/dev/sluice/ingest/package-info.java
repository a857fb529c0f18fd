/**
 * The module's façade: settings come in, a running log and front door come out, put together from
 * the rooms below. It refuses to know what runs beside it on the machine.
 */
package dev.sluice.ingest;
