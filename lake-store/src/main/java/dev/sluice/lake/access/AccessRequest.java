package dev.sluice.lake.access;

import java.util.Optional;

/** What somebody wants to do: the right it takes, and on which bucket, if on one. */
public record AccessRequest(
    Caller caller, String operation, Right right, Optional<String> bucket) {}
