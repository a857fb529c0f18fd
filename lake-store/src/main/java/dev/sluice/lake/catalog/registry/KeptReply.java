package dev.sluice.lake.catalog.registry;

/**
 * How a request was answered.
 *
 * @param body empty when the answer is read anew
 */
public record KeptReply(String digest, int status, String body) {}
