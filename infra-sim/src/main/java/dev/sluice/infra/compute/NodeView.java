package dev.sluice.infra.compute;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/** An instance as a status shows it. */
public record NodeView(
    String id,
    String type,
    int vcpus,
    long memoryMib,
    String state,
    String zone,
    String privateIp,
    Instant launchTime,
    BigDecimal pricePerHourUsd,
    BigDecimal costUsd,
    Map<String, String> tags) {
  public NodeView {
    tags = Map.copyOf(tags);
  }
}
