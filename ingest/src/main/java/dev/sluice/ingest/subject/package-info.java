/**
 * The schema registry that the door serves: a subset of Confluent's HTTP interface, Avro only. In
 * come schemas by subject, out go their ids, the same for good and everywhere, for each is an entry
 * of the journal. It knows no event; of a stream it knows only which subject has its schemas.
 */
package dev.sluice.ingest.subject;
