/**
 * The AWS wire, without a network. In come the parts of an HTTP request (method, raw target,
 * headers, body bytes); out go verdicts on its SigV4 signature, decoded {@code aws-chunked} bodies
 * with verified trailing checksums, signed requests for clients, and XML with AWS's error shape. It
 * refuses to know which service it serves, where keys are kept, and how bytes travel.
 */
package dev.sluice.awswire;
