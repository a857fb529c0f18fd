package dev.sluice.infra.compute;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One simulated machine.
 *
 * @param ordinal the how-manieth machine ever run here; orders listings
 * @param launch what it was asked for with
 * @param transitionReason EC2's text for people, empty when nothing is to be said
 * @param settlesAt when the present state ends by itself, if it does
 */
public record Instance(
    String id,
    long ordinal,
    int launchIndex,
    String reservationId,
    Launch launch,
    String zone,
    String privateIp,
    BigDecimal pricePerHour,
    Instant launchTime,
    InstanceState state,
    Instant stateSince,
    Optional<Instant> settlesAt,
    String transitionReason,
    Optional<StateReason> stateReason,
    Map<String, String> tags,
    Billing billing) {
  /** Why an instance is in its state, for programs and for people. */
  public record StateReason(String code, String message) {}

  public Instance {
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    if (state.passing() != settlesAt.isPresent()) {
      throw new IllegalArgumentException("a passing state, and only one, has an end: " + id);
    }
  }

  @JsonIgnore
  public String type() {
    return launch.type();
  }

  /** The name EC2 gives by address in us-east-1. */
  @JsonIgnore
  public String privateDns() {
    return "ip-" + privateIp.replace('.', '-') + ".ec2.internal";
  }

  public BigDecimal cost(Instant now) {
    return billing.cost(pricePerHour, now);
  }

  Instance tagged(Map<String, String> now) {
    return new Instance(
        id,
        ordinal,
        launchIndex,
        reservationId,
        launch,
        zone,
        privateIp,
        pricePerHour,
        launchTime,
        state,
        stateSince,
        settlesAt,
        transitionReason,
        stateReason,
        now,
        billing);
  }

  Instance moved(Move move, Instant at) {
    Billing billed = billing;
    if (state == InstanceState.RUNNING) {
      billed = billing.ended(at);
    } else if (move.to() == InstanceState.RUNNING) {
      billed = billing.begun(at);
    }
    boolean started = state == InstanceState.STOPPED && move.to() == InstanceState.PENDING;
    return new Instance(
        id,
        ordinal,
        launchIndex,
        reservationId,
        launch,
        zone,
        privateIp,
        pricePerHour,
        started ? at : launchTime,
        move.to(),
        at,
        move.settlesAt(),
        move.transitionReason(),
        move.stateReason(),
        tags,
        billed);
  }
}
