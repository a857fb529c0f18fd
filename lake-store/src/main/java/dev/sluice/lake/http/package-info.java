/**
 * The door of the lake's own HTTP services. In come raw requests; out go {@link
 * dev.sluice.lake.http.Call calls} that were let in, are whole and are small enough, each handed to
 * the {@link dev.sluice.lake.http.Area} that owns its path, on that area's bounded workers and
 * never on an event loop. Answers leave whole, or piece by piece at the reader's pace ({@link
 * dev.sluice.lake.http.Streamed}). It refuses to know what any area does.
 */
package dev.sluice.lake.http;
