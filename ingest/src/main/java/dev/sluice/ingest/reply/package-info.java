/**
 * How the rooms that hang routes into the door's server answer on them: one JSON object, or one
 * refusal. It refuses to know what is asked.
 */
package dev.sluice.ingest.reply;
