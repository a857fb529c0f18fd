package dev.sluice.lake.http;

/**
 * What a call is answered with: a reply that is there whole, or one that is written as it comes.
 */
public sealed interface Answer permits Reply, Streamed {}
