/**
 * The cloud's one port. Signed AWS requests come in; each goes, once its signature is verified, to
 * the handler of the service it was signed for, and what that answers goes out. The EC2 handler
 * speaks EC2's Query protocol (API version 2016-11-15) over {@link dev.sluice.infra.compute}. It
 * refuses to know how an instance lives, and never answers 200 to what it does not do.
 */
package dev.sluice.infra.wire;
