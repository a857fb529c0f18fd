/**
 * Events as they were sent come in, with the stream they are for; checked, keyed and appended to
 * the log, each leaves a receipt or the reason why it has none. It refuses to know how they were
 * sent: by a request, a device or a postback.
 */
package dev.sluice.ingest.intake;
