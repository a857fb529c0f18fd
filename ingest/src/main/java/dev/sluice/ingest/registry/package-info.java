/**
 * Asks a schema registry, over the HTTP interface that Confluent's has and others offer, for the
 * schemas that events were written with, and remembers what it said. An answer takes a bounded time
 * and has a bounded size; a registry that cannot be asked says nothing about an event. It knows no
 * stream and no event.
 */
package dev.sluice.ingest.registry;
