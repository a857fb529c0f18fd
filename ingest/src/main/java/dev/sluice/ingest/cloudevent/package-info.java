/**
 * CloudEvents 1.0: an event in its envelope comes in, in JSON or with its context in headers; the
 * event itself goes out, with its context for the log's headers, or what is wrong with it. It
 * refuses to know which protocol carried it.
 */
package dev.sluice.ingest.cloudevent;
