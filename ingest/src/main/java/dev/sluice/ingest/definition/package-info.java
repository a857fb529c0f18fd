/**
 * How people declare a stream while the module runs. In come a definition as JSON, with fields, an
 * Avro schema or a JSON Schema, or samples of events; out go the stream it declares, one line that
 * says what is wrong with it, or what it would break for the versions before it. It is pure: it
 * knows no log, no server and no table, only what a table's column can become.
 */
package dev.sluice.ingest.definition;
