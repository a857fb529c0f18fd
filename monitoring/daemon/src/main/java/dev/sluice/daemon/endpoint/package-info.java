/**
 * Where a running pipeline is. What the composition root knows comes in, {@code endpoints.json}
 * goes out, and the other way round for a client. It refuses to know what listens at an address.
 */
package dev.sluice.daemon.endpoint;
