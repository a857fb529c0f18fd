package dev.sluice.infra.compute;

import java.math.BigDecimal;
import java.util.OptionalDouble;

/**
 * A kind of machine: what it has and what it costs.
 *
 * @param ebsBaselineMegabytes per second; not published for a few old types
 */
public record InstanceType(
    String name,
    int vcpus,
    long memoryMib,
    String architecture,
    long instanceStoreGb,
    double networkBaselineGbps,
    double networkPeakGbps,
    OptionalDouble ebsBaselineMegabytes,
    boolean burstable,
    boolean currentGeneration,
    boolean spot,
    BigDecimal pricePerHour) {
  public InstanceType {
    if (vcpus < 1 || memoryMib < 1 || pricePerHour.signum() < 0) {
      throw new IllegalArgumentException("not a machine: " + name);
    }
  }
}
