package dev.sluice.infra.compute;

import java.time.Instant;
import java.util.Optional;

/** One instance going from one state to another. */
record Move(
    String id,
    InstanceState from,
    InstanceState to,
    Optional<Instant> settlesAt,
    String transitionReason,
    Optional<Instance.StateReason> stateReason) {}
