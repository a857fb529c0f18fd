/**
 * Watches the pipeline from outside: addresses of daemons come in, their meters and health are read
 * over HTTP, and what the whole is doing goes out as one status, for people and for programs. It
 * refuses to know how any stage works.
 */
package dev.sluice.monitoring;
