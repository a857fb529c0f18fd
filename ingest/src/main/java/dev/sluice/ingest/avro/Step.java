package dev.sluice.ingest.avro;

/** Reads one field of the writer's. */
interface Step {
  void read(Reading reading) throws RefusedEventException;
}
