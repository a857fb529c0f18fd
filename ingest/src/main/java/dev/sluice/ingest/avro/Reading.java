package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.EventColumns;

/** What takes part in reading one event after another. */
record Reading(AvroInput in, EventColumns columns, Texts texts, AvroText text) {}
