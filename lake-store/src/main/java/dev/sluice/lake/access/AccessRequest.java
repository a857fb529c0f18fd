package dev.sluice.lake.access;

import java.time.Instant;
import java.util.Optional;

/**
 * What somebody wants to do, and when.
 *
 * @param owner the account whose bucket the target lies in, if there is such a bucket
 */
public record AccessRequest(
    Caller caller,
    Instant at,
    String operation,
    Right right,
    Target target,
    Optional<String> owner) {}
