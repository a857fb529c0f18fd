/**
 * The streams of an installation while it runs. In come definitions to create, evolve and delete;
 * out go the streams as they are now, followed by everybody who reads or writes events, and every
 * version there ever was. Each version is an entry of the journal: the first of its number holds.
 * It makes and adopts topics; it refuses to know who reads them, and never touches a table.
 */
package dev.sluice.ingest.streambook;
