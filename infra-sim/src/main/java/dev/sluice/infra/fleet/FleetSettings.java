package dev.sluice.infra.fleet;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;

/**
 * The nodes that ingest workers run on.
 *
 * @param nodes how many are launched where a pipeline starts without any
 * @param type their instance type
 * @param image what they are launched from; only a name here
 */
public record FleetSettings(
    @Default("2") int nodes,
    @Default("c5.large") String type,
    @Default("ami-05100000000000001") String image) {
  public FleetSettings {
    if (nodes < 1) {
      throw new SettingsException("nodes is " + nodes + ", but a pipeline needs at least 1");
    }
  }
}
