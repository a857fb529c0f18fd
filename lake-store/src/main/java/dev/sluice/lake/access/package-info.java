/**
 * Who may do what. In come the access keys of the settings and one request at a time, already
 * proven to be from the holder of a key, with the time it is made at; out goes Allowed, or Denied
 * with the reason. It refuses to know wires, signatures' arithmetic, and what is stored.
 */
package dev.sluice.lake.access;
