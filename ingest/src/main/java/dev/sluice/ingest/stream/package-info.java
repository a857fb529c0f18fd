/**
 * What an event of a stream is: the streams by name, their fields, how the log holds their events,
 * and the one decoder that turns the JSON bytes of one event into typed values or into a typed
 * refusal with its position. The door checks with it and the sink decodes with it, so it is
 * deterministic: the same bytes give the same answer everywhere and always. It knows no clock, no
 * network, no log and no table, and of events that are not JSON only that another decoder fills the
 * same columns.
 */
package dev.sluice.ingest.stream;
