/**
 * Webhooks: what partners call when something happened comes in, however they write it; events of a
 * typed stream go out to the intake, mapped as a file says, with what the file does not know kept
 * as undeclared fields. A call counts only when it shows what was agreed, a secret or a signature
 * over the bytes as sent, and once. It refuses to know any partner: they are all data.
 */
package dev.sluice.ingest.webhook;
