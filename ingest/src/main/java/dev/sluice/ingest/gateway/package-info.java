/**
 * The gateway: requests to the paths of a table come in; they go out to a service of ours or, as a
 * proxy does it, to an HTTP service elsewhere, with the key, the limit, the headers, the patience
 * and the circuit breaker of their route. Bodies pass through and are never held. It refuses to
 * know what the services do.
 */
package dev.sluice.ingest.gateway;
