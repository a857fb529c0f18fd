/**
 * The log, on Kafka: streams come in, topics with their ids and durability come out; and the broker
 * itself, in-process, for an installation that brings none. Here alone broker classes are known. It
 * refuses to know what an event says, who sends it and which table it reaches.
 */
package dev.sluice.ingest.log;
