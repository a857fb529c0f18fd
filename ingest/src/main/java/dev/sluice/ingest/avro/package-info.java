/**
 * Events in Avro: in come the bytes of a record of the log and the schemas that somebody knows, out
 * come the columns of a stream, or a typed refusal. The writer's schema is resolved once against
 * the stream's fields into steps; an event costs no object. It refuses to know where schemas are
 * kept: a {@link dev.sluice.ingest.avro.SchemaSource} is asked. It knows no clock, no log and no
 * table.
 */
package dev.sluice.ingest.avro;
